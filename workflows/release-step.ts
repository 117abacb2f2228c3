import { ApplicationFailure } from '@temporalio/workflow';
import { milliseconds } from '../src/domain/duration';
import { canaryId } from '../src/domain/identity';
import type { PlannedStep } from '../src/domain/expand';
import type { CanaryStep } from '../src/domain/pipeline';
import type { Backend, LaneRef, Release } from '../src/domain/release';
import { keptReleases, settled } from '../src/domain/lane-releases';
import { makeRelease } from '../src/domain/release-id';
import { compensationActivities } from './activities';
import { executeCanary } from './canary-child';
import type { Claims } from './claims';
import type { Saga } from './saga';
import type { StepContext } from './step-context';

/** Time in ms to start an earlier release again, when it no longer runs. */
const restoreTimeoutMs = 5 * 60_000;

/** Releases by a canary of its own; its undo puts the lane on what this run found live when the step began. */
export async function releaseStep(
  step: PlannedStep & CanaryStep,
  pool: string | null,
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
  const { generation, holderRunId, earlier, live: granted } = claims.grant(lane);
  const live = claims.live(lane);
  // A lane that has to read its target while this run lasts must find every release that it can go back to.
  const earlierThan = (served: Release) => settled({ live: granted, earlier }, served, keptReleases).earlier;
  const isSecond = input.version !== undefined && live !== granted;
  const release = makeRelease({
    artifact: artifactOf(step, context, live),
    start: settings.start,
    ready: settings.ready,
    readyTimeoutMs: milliseconds(settings.readyTimeout),
    replicas: settings.replicas,
    env: context.env(step, settings.env),
    secrets: settings.secrets,
    commit: input.commit,
    runId: run,
  });
  const { id, artifact, configuration } = release;
  const { service, environment } = lane;
  context.releases(step.id, { service, environment, id, artifact, configuration, decided: null });
  const firstSequence = context.nextSequences();
  /** What was stable before the promotion; unknown until then, and from canaries that 0.1.0 started. */
  let before: Backend | null | undefined = null;
  saga.register(step.id, async () => {
    const undo = compensationActivities(step.id, restoreTimeoutMs, pool);
    const fence = () => ({ generation, sequence: context.nextSequences() });
    const shift = (stable: Backend) =>
      undo.shiftTraffic({
        ...{ lane, fence: fence() },
        traffic: { stable, candidate: null, weight: 0, leaseMs: null, earlier: earlierThan(stable.release) },
      });
    if (live && isSecond) {
      // The undo of this run's first release here needs what was live before that, so nothing may be ended yet.
      return shift((await undo.deployCandidate({ lane, fence: fence(), release: live })).candidate);
    }
    // Settling keeps the traffic where it is when that serves an equal release, whose secrets may have changed since.
    if (before?.release.id === release.id) await shift(before);
    await undo.settleLane({ lane, fence: fence(), live, earlier });
  });
  // The run id comes from the grant, which is in the history: this execution's own would change with a reset.
  const workflowId = canaryId(run, step.id, holderRunId);
  context.canaries.set(step.id, workflowId);
  before = await executeCanary(
    workflowId,
    {
      ...{ step: step.id, lane, generation, firstSequence, release, settings, pool },
      earlier: live ? earlierThan(live) : earlier,
      replaced: earlierThan(release),
    },
    input.version === undefined,
  );
  claims.deployed(lane, release);
  return `${release.id} is live`;
}

/** Digest of what is released: the artifacts of a step, or what is live where only the configuration changes. */
function artifactOf(
  { with: { artifact, service, environment } }: CanaryStep,
  { outputs }: StepContext,
  live: Release | null,
): string {
  if (artifact !== undefined) return outputs[artifact]?.artifact ?? '';
  if (live) return live.artifact;
  const detail = `nothing of ${service} is live in ${environment}: a release without \`artifact\` changes the configuration alone`;
  throw ApplicationFailure.nonRetryable(detail, 'WrongState');
}
