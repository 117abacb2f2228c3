import {
  ApplicationFailure,
  condition,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ApprovalRequest } from '../../src/domain/operator';
import type { RunInput, RunStatus, RunView } from '../../src/domain/run';
import { approveUpdate, rejectUpdate, retryQuery, runQuery } from '../../workflows/messages';

const statusKey = defineSearchAttributeKey('SagalineStatus', SearchAttributeType.KEYWORD);

/**
 * A run of two steps, `build` and `gate`, as the gateway sees one: `gate` waits for a member of the team `ops`. Approved it
 * succeeds, rejected it fails; `reason` of its view is the request that it got.
 */
export async function run(input: RunInput): Promise<RunView> {
  let decided: { status: RunStatus; request: ApprovalRequest } | undefined;
  const step = { uses: 'shell', startedAt: null, finishedAt: null, detail: null };
  const view = (): RunView => ({
    id: workflowInfo().workflowId,
    pipeline: input.pipeline.name,
    repository: input.repository,
    service: null,
    environment: null,
    commit: input.commit,
    eventId: input.eventId,
    status: decided?.status ?? 'waiting',
    reason: decided ? JSON.stringify(decided.request) : null,
    steps: [
      { ...step, id: 'build', status: 'succeeded' },
      { ...step, id: 'gate', uses: 'approval', status: 'waiting' },
    ],
    compensations: [],
  });
  const validator = (request: ApprovalRequest) => {
    if ((request.step ?? 'gate') !== 'gate')
      throw ApplicationFailure.nonRetryable(`no approval waits at ${request.step}`, 'WrongState');
    if (!request.teams.some((team) => team === 'ops' || team === '*'))
      throw ApplicationFailure.nonRetryable(`${request.actor} is no member of ops`, 'NotAllowed');
  };
  const decide = (status: RunStatus) => (request: ApprovalRequest) => {
    decided = { status, request };
    return view();
  };
  setHandler(runQuery, view);
  setHandler(retryQuery, () => {
    const kept = { output: '', before: { output: '' }, artifact: null };
    return { ...input, resume: { of: workflowInfo().workflowId, outputs: { build: kept } } };
  });
  setHandler(approveUpdate, decide('succeeded'), { validator });
  setHandler(rejectUpdate, decide('failed'), { validator });
  await condition(() => decided !== undefined);
  upsertSearchAttributes([{ key: statusKey, value: view().status }]);
  if (view().status === 'failed') throw ApplicationFailure.nonRetryable('rejected', 'failed');
  return view();
}
