import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { queries, workflowTypes } from '../../domain/messages';
import { type RunStatus, runStatuses, type RunView } from '../../domain/run';
import { endedFromOutside } from '../../domain/run-status';
import type { RunGlimpse, RunHistories } from '../../ports';
import { toldAtEnd } from '../../run-end';

/** Milliseconds after which a query of a closed run counts as unanswered: no worker, or none of its build. */
const answerMs = 10_000;
/** The same for an open run, which a worker has in its hands. */
const openAnswerMs = 2_000;

/** Runs as Temporal's visibility lists them, and as their last event tells them. */
export class TemporalRunHistories implements RunHistories {
  constructor(private readonly client: Client) {}

  /** Two questions, because a store with an index on the time of closing does not use it for both at once. */
  async *changedSince(closed: string, started?: string): AsyncIterable<RunGlimpse> {
    const startedSince = started === undefined ? '' : ` AND StartTime >= '${started}'`;
    // The open ones first: one that closes meanwhile is among both, and the later look at it counts.
    yield* this.listed(`ExecutionStatus = 'Running'${startedSince}`);
    yield* this.listed(`ExecutionStatus != 'Running' AND CloseTime >= '${closed}'`);
  }

  private async *listed(condition: string): AsyncIterable<RunGlimpse> {
    const query = `WorkflowType = '${workflowTypes.run}' AND ${condition}`;
    for await (const info of this.client.workflow.list({ query })) yield glimpse(info);
  }

  async closed({ id, executionId, status, reason }: RunGlimpse): Promise<RunView | undefined> {
    const told = await toldAtEnd(this.client, id, executionId);
    if (told) return told;
    const view = await this.asked(id, executionId);
    return view && { ...view, ...(reason !== null && { status, reason }) };
  }

  open({ id, executionId }: RunGlimpse): Promise<RunView | undefined> {
    return this.asked(id, executionId, openAnswerMs);
  }

  /** What a run says that was cancelled or ended from outside: its worker replays it for that. */
  private async asked(id: string, executionId: string, limitMs = answerMs): Promise<RunView | undefined> {
    try {
      return await this.client.withDeadline(Date.now() + limitMs, () =>
        this.client.workflow.getHandle(id, executionId).query<RunView>(queries.state),
      );
    } catch {
      return undefined;
    }
  }
}

function glimpse({
  workflowId,
  runId,
  status,
  startTime,
  closeTime,
  ...info
}: WorkflowExecutionInfo): RunGlimpse {
  const said = (name: string): string | null =>
    info.typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)) ?? null;
  const eventId = info.memo?.['eventId'];
  const own: RunStatus = runStatuses.find((name) => name === said('SagalineStatus')) ?? 'queued';
  const ended = endedFromOutside(status.code, own);
  return {
    id: workflowId,
    executionId: runId,
    project: said('SagalineProject') ?? '',
    pipeline: said('SagalinePipeline') ?? '',
    repository: said('SagalineRepository') ?? '',
    service: said('SagalineService'),
    environment: said('SagalineEnvironment'),
    commit: said('SagalineCommit') ?? '',
    eventId: typeof eventId === 'string' ? eventId : '',
    status: ended?.status ?? own,
    reason: ended?.reason ?? null,
    startedAt: startTime.toISOString(),
    closedAt: closeTime?.toISOString() ?? null,
  };
}
