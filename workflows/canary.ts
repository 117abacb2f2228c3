import {
  ApplicationFailure,
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CanaryAction,
  type CanaryDecision,
  type CanaryInput as ScheduleInput,
  type CanaryState,
  canarySchedule,
  decide,
  startCanary,
} from '../src/domain/canary-schedule';
import { judge, type Observation } from '../src/domain/judge';
import type { CanarySettings } from '../src/domain/pipeline';
import type { Backend, DesiredTraffic, Fence, LaneRef, Release } from '../src/domain/release';
import { failureOf, hasType } from './failures';
import { laneActivities } from './lane-activities';
import { type OperatorCommand, operatorSignal, progressSignal } from './messages';
import { versioned } from './versioning';

export interface CanaryInput {
  step: string;
  lane: LaneRef;
  generation: number;
  /** First sequence number of this canary's writes: its run's later writes are above it. */
  firstSequence: number;
  release: Release;
  earlier: Release[];
  /** What was live before the release, once it is live itself; absent in canaries that 0.1.0 started. */
  replaced?: Release[];
  settings: CanarySettings;
  /** Pool whose workers act on the target; absent in canaries that 0.1.0 started. */
  pool?: string | null;
  carried?: CarriedCanary;
}

/** Both sides of the split; nothing is stable in a lane's first release. */
interface Sides {
  candidate: Backend;
  stable: Backend | null;
}

/** Where a canary stood whose history had grown long, as one that is held for days. */
interface CarriedCanary extends Sides, CanaryDecision {
  sequence: number;
}

type Observe = Extract<CanaryAction, { kind: 'observe' }>;

/**
 * Shifts weight, measures, judges, and ends promoted; or puts all traffic back on stable and fails with the verdict. Returns
 * what was stable beside it.
 */
export async function canary(input: CanaryInput): Promise<Backend | null> {
  const writes = fencedWrites(input);
  try {
    const sides =
      input.carried ??
      (await laneActivities(input.pool).deployCandidate({
        lane: input.lane,
        fence: writes.next(),
        release: input.release,
      }));
    await roll(input, writes, sides);
    return sides.stable;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    await CancellationScope.nonCancellable(() => writes.withdraw(error));
    throw error;
  }
}

/** All writes of this canary, in the order in which a target may take them. */
function fencedWrites({
  lane,
  generation,
  firstSequence,
  earlier,
  replaced = earlier,
  pool,
  carried,
}: CanaryInput) {
  const { shiftTraffic } = laneActivities(pool);
  let sequence = carried?.sequence ?? firstSequence;
  let stable = carried?.stable;
  const next = (): Fence => ({ generation, sequence: (sequence += 1) });
  const write = (traffic: Omit<DesiredTraffic, 'earlier'>, before = earlier) =>
    shiftTraffic({ lane, fence: next(), traffic: { ...traffic, earlier: before } });
  return {
    next,
    current: (): Fence => ({ generation, sequence }),
    async split(beside: Backend | null, candidate: Backend, weight: number, leaseMs: number): Promise<void> {
      stable = beside;
      await write({ stable, candidate, weight, leaseMs });
    },
    promote: (candidate: Backend) =>
      write({ stable: candidate, candidate: null, weight: 0, leaseMs: null }, replaced),
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
  { candidate, stable }: Sides,
): Promise<void> {
  const told: { command?: OperatorCommand } = {};
  setHandler(operatorSignal, (command) => {
    told.command ??= command;
  });
  const schedule = canarySchedule(input.settings, stable === null);
  let { state, action }: CanaryDecision = input.carried ?? startCanary(schedule);
  const proceed = (next: ScheduleInput) => {
    ({ state, action } = decide(state, next));
  };
  const report = reporter(input.step);
  for (;;) {
    report(action, isHeld(state, Date.now()));
    switch (action.kind) {
      case 'shift':
        await writes.split(stable, candidate, action.weight, action.leaseMs);
        proceed({ kind: 'shifted', now: Date.now() });
        break;
      case 'observe':
        if (workflowInfo().continueAsNewSuggested && !told.command && !isCancelled()) {
          const { sequence } = writes.current();
          const carried = { candidate, stable, state, action, sequence };
          await continueAsNew<typeof canary>({ ...input, carried });
        }
        await condition(() => told.command !== undefined, action.afterMs);
        if (told.command) proceed({ kind: 'operator', ...told.command });
        else proceed(await observe(input, writes.current(), action, stable === null));
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
  { lane, settings, pool }: CanaryInput,
  fence: Fence,
  { leaseMs }: Observe,
  firstRelease: boolean,
): Promise<ScheduleInput> {
  const queries = [...new Set(settings.checks.map(({ query }) => query))];
  const judged = (observation: Observation) =>
    judge(settings.checks, settings.minSamples, observation, firstRelease);
  try {
    const { lapsed, failure, measurements } = await laneActivities(pool).measure({
      lane,
      fence,
      leaseMs,
      queries,
    });
    const verdict = judged(failure === null ? { measurements } : { failure });
    return { kind: 'observed', now: Date.now(), verdict, lapsed };
  } catch (error) {
    if (isCancellation(error) || hasType(error, 'StaleGeneration')) throw error;
    const verdict = judged({ failure: failureOf(error).message });
    return { kind: 'observed', now: Date.now(), verdict, lapsed: false };
  }
}

/** A cancellation that came with what the canary waited for has not been thrown yet. */
const isCancelled = () => CancellationScope.current().consideredCancelled;

/** Held: the interval has passed, and there was no verdict to go on with. */
function isHeld({ schedule, shiftedAt, inconclusiveSince }: CanaryState, now: number): boolean {
  return inconclusiveSince !== null && now - shiftedAt >= schedule.intervalMs;
}

/** Tells the run and the Web UI what changed; nobody waits for it, so that it costs the canary no time. */
function reporter(step: string): (action: CanaryAction, held: boolean) => void {
  const { parent } = workflowInfo();
  let wasHeld = false;
  return (action, held) => {
    const what = held ? 'held' : action.kind;
    setCurrentDetails(`**${what}**: ${action.reason}`);
    const isNews = action.kind !== 'observe' || held !== wasHeld;
    wasHeld = held;
    if (!parent || !isNews) return;
    const run = getExternalWorkflowHandle(parent.workflowId, parent.runId);
    const progress = { step, detail: `${what}: ${action.reason}`, waiting: held };
    // Not cancelled with the canary: the run shall show the last thing that happened.
    CancellationScope.nonCancellable(() => run.signal(progressSignal, progress)).catch(() => undefined);
  };
}
setWorkflowOptions(versioned('PINNED'), canary);
