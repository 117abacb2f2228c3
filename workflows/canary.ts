import {
  ApplicationFailure,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CanaryAction,
  type CanaryDecision,
  type CanaryInput as ScheduleInput,
  canarySchedule,
  decide,
  startCanary,
} from '../src/domain/canary-schedule';
import { judge } from '../src/domain/judge';
import type { CanarySettings } from '../src/domain/pipeline';
import type { Backend, DesiredTraffic, Fence, LaneRef, Release } from '../src/domain/release';
import { deployCandidate, measure, shiftTraffic } from './activities';
import { failureOf, hasType } from './failures';
import { progressSignal } from './messages';

export interface CanaryInput {
  step: string;
  lane: LaneRef;
  generation: number;
  /** First sequence number of this canary's writes: its run's later writes are above it. */
  firstSequence: number;
  release: Release;
  earlier: Release[];
  settings: CanarySettings;
}

type Observe = Extract<CanaryAction, { kind: 'observe' }>;

/** Shifts weight, measures, judges, and ends promoted; or puts all traffic back on stable and fails with the verdict. */
export async function canary(input: CanaryInput): Promise<void> {
  const writes = fencedWrites(input);
  try {
    const { candidate, stable } = await deployCandidate({
      lane: input.lane,
      fence: writes.next(),
      release: input.release,
    });
    await roll(input, writes, candidate, stable);
  } catch (error) {
    await CancellationScope.nonCancellable(() => writes.withdraw(error));
    throw error;
  }
}

/** All writes of this canary, in the order in which a target may take them. */
function fencedWrites({ lane, generation, firstSequence, earlier }: CanaryInput) {
  let sequence = firstSequence;
  let stable: Backend | null | undefined;
  const next = (): Fence => ({ generation, sequence: (sequence += 1) });
  const write = (traffic: Omit<DesiredTraffic, 'earlier'>) =>
    shiftTraffic({ lane, fence: next(), traffic: { ...traffic, earlier } });
  return {
    next,
    current: (): Fence => ({ generation, sequence }),
    async split(beside: Backend | null, candidate: Backend, weight: number, leaseMs: number): Promise<void> {
      stable = beside;
      await write({ stable, candidate, weight, leaseMs });
    },
    promote: (candidate: Backend) => write({ stable: candidate, candidate: null, weight: 0, leaseMs: null }),
    /** Nothing to take back before the first split; a newer generation has taken it back already. */
    async withdraw(cause: unknown): Promise<void> {
      if (stable === undefined || hasType(cause, 'StaleGeneration')) return;
      await write({ stable, candidate: null, weight: 0, leaseMs: null }).catch((error: unknown) => {
        if (!hasType(error, 'StaleGeneration')) throw error;
      });
    },
  };
}

async function roll(
  input: CanaryInput,
  writes: ReturnType<typeof fencedWrites>,
  candidate: Backend,
  stable: Backend | null,
): Promise<void> {
  let { state, action }: CanaryDecision = startCanary(canarySchedule(input.settings, stable === null));
  const proceed = (next: ScheduleInput) => {
    ({ state, action } = decide(state, next));
  };
  for (;;) {
    report(input.step, action);
    switch (action.kind) {
      case 'shift':
        await writes.split(stable, candidate, action.weight, action.leaseMs);
        proceed({ kind: 'shifted', now: Date.now() });
        break;
      case 'observe':
        proceed(await observe(input, writes.current(), action, stable === null));
        break;
      case 'alert':
        proceed({ kind: 'alerted', now: Date.now() });
        break;
      case 'promote':
        await writes.promote(candidate);
        return;
      case 'abort':
        throw ApplicationFailure.nonRetryable(action.reason, 'VerdictFailed');
    }
  }
}

async function observe(
  { lane, settings }: CanaryInput,
  fence: Fence,
  action: Observe,
  firstRelease: boolean,
): Promise<ScheduleInput> {
  // A condition that never holds is a timer that cancellation still interrupts, with a name in the history.
  await condition(() => false, action.afterMs);
  const queries = [...new Set(settings.checks.map(({ query }) => query))];
  try {
    const seen = await measure({ lane, fence, leaseMs: action.leaseMs, queries });
    const observation =
      seen.failure === null ? { measurements: seen.measurements } : { failure: seen.failure };
    const verdict = judge(settings.checks, settings.minSamples, observation, firstRelease);
    return { kind: 'observed', now: Date.now(), verdict, lapsed: seen.lapsed };
  } catch (error) {
    if (isCancellation(error) || hasType(error, 'StaleGeneration')) throw error;
    const verdict = judge(
      settings.checks,
      settings.minSamples,
      { failure: failureOf(error).message },
      firstRelease,
    );
    return { kind: 'observed', now: Date.now(), verdict, lapsed: false };
  }
}

/** Tells the run and the Web UI; nobody waits for it, so that it costs the canary no time. */
function report(step: string, action: CanaryAction): void {
  const held = action.kind === 'alert';
  setCurrentDetails(`**${action.kind}**: ${action.reason}`);
  const { parent } = workflowInfo();
  if (!parent || action.kind === 'observe') return;
  getExternalWorkflowHandle(parent.workflowId, parent.runId)
    .signal(progressSignal, { step, detail: `${action.kind}: ${action.reason}`, waiting: held })
    .catch(() => undefined);
}
