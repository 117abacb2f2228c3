import { ChildWorkflowCancellationType, executeChild } from '@temporalio/workflow';
import { milliseconds } from '../src/domain/duration';
import { canaryId } from '../src/domain/identity';
import type { PlannedStep } from '../src/domain/expand';
import type { CanaryStep } from '../src/domain/pipeline';
import type { LaneRef } from '../src/domain/release';
import { makeRelease } from '../src/domain/release-id';
import { compensationActivities } from './activities';
import { canary } from './canary';
import type { Claims } from './claims';
import type { Saga } from './saga';
import type { StepContext } from './step-context';

/** Time in ms to start an earlier release again, when it no longer runs. */
const restoreTimeoutMs = 5 * 60_000;

/** Releases by a canary of its own; its undo puts the lane on what was live when the run got its turn. */
export async function releaseStep(
  step: PlannedStep & CanaryStep,
  context: StepContext,
  saga: Saga,
  claims: Claims,
): Promise<string> {
  const settings = step.with;
  const { input, run } = context;
  const lane: LaneRef = {
    project: input.project,
    service: settings.service,
    environment: settings.environment,
  };
  const { generation, holderRunId, live, earlier } = claims.grant(lane);
  const release = makeRelease({
    artifact: context.outputs[settings.artifact ?? '']?.artifact ?? '',
    start: settings.start,
    ready: settings.ready,
    readyTimeoutMs: milliseconds(settings.readyTimeout),
    replicas: settings.replicas,
    env: context.env(settings.env),
    secrets: settings.secrets,
    commit: input.commit,
    runId: run,
  });
  const firstSequence = context.nextSequences();
  saga.register(step.id, async () => {
    const fence = { generation, sequence: context.nextSequences() };
    await compensationActivities(step.id, restoreTimeoutMs).settleLane({ lane, fence, live, earlier });
  });
  // The run id comes from the grant, which is in the history: this execution's own would change with a reset.
  const workflowId = canaryId(run, step.id, holderRunId);
  context.canaries.set(step.id, workflowId);
  await executeChild(canary, {
    workflowId,
    args: [{ step: step.id, lane, generation, firstSequence, release, earlier, settings }],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    staticSummary: `canary ${settings.service} in ${settings.environment}`,
  });
  claims.deployed(lane, release);
  return `${release.id} is live`;
}
