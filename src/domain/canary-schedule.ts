import { milliseconds } from './duration';
import type { Verdict } from './judge';
import type { CanarySettings } from './pipeline';

const longestTickMs = 30_000;
const leaseMarginMs = 5_000;

/** A canary's timetable: all durations in ms, weights in percent of requests. */
export interface CanarySchedule {
  weights: number[];
  intervalMs: number;
  patienceMs: number;
  onInconclusive: 'wait' | 'rollback' | 'promote';
  /** True when the lane has no stable release: one observation at 100 %. */
  firstRelease: boolean;
}

/** Where a canary stands: plain data, so that it can be queried and carried over a continue-as-new. */
export interface CanaryState {
  schedule: CanarySchedule;
  phase: 'shifting' | 'observing' | 'alerting' | 'promoted' | 'aborted';
  /** Index of the present weight. */
  position: number;
  /** Percent of requests that the candidate is meant to get. */
  weight: number;
  /** When the present weight took effect, in ms of workflow time. */
  shiftedAt: number;
  /** When the measurements at this weight began to be inconclusive without a break; null while they are not. */
  inconclusiveSince: number | null;
  /** True once people were told that this weight is being held. */
  alerted: boolean;
  /** What the canary is doing and why, for people. */
  reason: string;
}

export type CanaryAction =
  /** Write this weight with this lease, then decide on `shifted`. */
  | { kind: 'shift'; weight: number; leaseMs: number; reason: string }
  /** Wait, renew the lease, measure and judge, then decide on `observed`. */
  | { kind: 'observe'; afterMs: number; leaseMs: number; reason: string }
  /** Tell people, then decide on `alerted`. */
  | { kind: 'alert'; reason: string }
  /** The end: whatever is decided later is the same again. */
  | { kind: 'promote'; reason: string }
  | { kind: 'abort'; reason: string };

/** `now` is workflow time in ms; `lapsed` is what the router said when the lease was renewed. */
export type CanaryInput =
  | { kind: 'shifted'; now: number }
  | { kind: 'observed'; now: number; verdict: Verdict; lapsed: boolean }
  | { kind: 'alerted'; now: number }
  | { kind: 'operator'; command: 'promote' | 'abort'; reason: string };

export interface CanaryDecision {
  state: CanaryState;
  action: CanaryAction;
}

/** The timetable of a canary step; a first release has 100 % as its only weight. */
export function canarySchedule(settings: CanarySettings, firstRelease: boolean): CanarySchedule {
  return {
    weights: firstRelease ? [100] : settings.weights,
    intervalMs: milliseconds(settings.interval),
    patienceMs: milliseconds(settings.patience),
    onInconclusive: settings.onInconclusive,
    firstRelease,
  };
}

/** Time between two measurements in ms: short enough to notice a failure and renew the lease within a long interval. */
export const tickMs = (schedule: CanarySchedule): number => Math.min(schedule.intervalMs, longestTickMs);

/** How long a weight stays in force without renewal, in ms. */
export const leaseMs = (schedule: CanarySchedule): number => tickMs(schedule) + leaseMarginMs;

/** The first decision: the first weight, or promotion at once where a pipeline asks for no weights. */
export function startCanary(schedule: CanarySchedule): CanaryDecision {
  const state: CanaryState = {
    schedule,
    phase: 'shifting',
    position: -1,
    weight: 0,
    shiftedAt: 0,
    inconclusiveSince: null,
    alerted: false,
    reason: 'starting',
  };
  return advance(state, schedule.firstRelease ? 'first release of this lane' : 'started');
}

/** What to do next. Pure: the same state and input give the same decision. */
export function decide(state: CanaryState, input: CanaryInput): CanaryDecision {
  if (state.phase === 'promoted') return promote(state, state.reason);
  if (state.phase === 'aborted') return abort(state, state.reason);
  switch (input.kind) {
    case 'operator':
      return input.command === 'abort' ? abort(state, input.reason) : promote(state, input.reason);
    case 'shifted':
      return observe({ ...state, shiftedAt: input.now, inconclusiveSince: null }, input.now, state.reason);
    case 'alerted':
      return observe(state, input.now, state.reason);
    case 'observed':
      return judged(state, input.now, input.verdict, input.lapsed);
  }
}

function judged(before: CanaryState, now: number, verdict: Verdict, lapsed: boolean): CanaryDecision {
  if (verdict.verdict === 'fail') return abort(before, verdict.reason);
  if (lapsed) return shift(before, before.position, 'the lease had lapsed: this weight begins again');
  const isOver = now - before.shiftedAt >= before.schedule.intervalMs;
  if (verdict.verdict === 'inconclusive') {
    const state = { ...before, inconclusiveSince: before.inconclusiveSince ?? now };
    return isOver ? hold(state, now, verdict.reason) : observe(state, now, verdict.reason);
  }
  const state = { ...before, inconclusiveSince: null };
  return isOver ? advance(state, verdict.reason) : observe(state, now, verdict.reason);
}

/** No answer although one is due: patience runs from the first inconclusive measurement in a row. */
function hold(state: CanaryState, now: number, reason: string): CanaryDecision {
  const { patienceMs, onInconclusive } = state.schedule;
  const heldMs = now - (state.inconclusiveSince ?? now);
  if (heldMs < patienceMs) return observe(state, now, reason);
  switch (onInconclusive) {
    case 'rollback':
      return abort(state, `still inconclusive after ${seconds(heldMs)}: ${reason}`);
    case 'promote':
      return advance(state, `went on, inconclusive for ${seconds(heldMs)}: ${reason}`);
    case 'wait':
      if (state.alerted) return observe(state, now, reason);
      return {
        state: { ...state, phase: 'alerting', alerted: true, reason },
        action: { kind: 'alert', reason: `held at ${percentOf(state)} for ${seconds(heldMs)}: ${reason}` },
      };
  }
}

function advance(state: CanaryState, reason: string): CanaryDecision {
  const next = state.position + 1;
  return next < state.schedule.weights.length ? shift(state, next, reason) : promote(state, reason);
}

function shift(before: CanaryState, position: number, reason: string): CanaryDecision {
  const weight = before.schedule.weights[position] ?? before.weight;
  const changed = { phase: 'shifting', position, weight, inconclusiveSince: null, reason } as const;
  const alerted = position === before.position && before.alerted;
  return {
    state: { ...before, ...changed, alerted },
    action: { kind: 'shift', weight, leaseMs: leaseMs(before.schedule), reason },
  };
}

function observe(state: CanaryState, now: number, reason: string): CanaryDecision {
  const leftMs = state.shiftedAt + state.schedule.intervalMs - now;
  const tick = tickMs(state.schedule);
  const afterMs = leftMs > 0 ? Math.min(tick, leftMs) : tick;
  return {
    state: { ...state, phase: 'observing', reason },
    action: { kind: 'observe', afterMs, leaseMs: leaseMs(state.schedule), reason },
  };
}

function promote(state: CanaryState, reason: string): CanaryDecision {
  return { state: { ...state, phase: 'promoted', reason }, action: { kind: 'promote', reason } };
}

function abort(state: CanaryState, reason: string): CanaryDecision {
  return { state: { ...state, phase: 'aborted', reason }, action: { kind: 'abort', reason } };
}

const seconds = (ms: number): string => `${String(Math.round(ms / 1000))} s`;
const percentOf = (state: CanaryState): string => `${String(state.weight)} %`;
