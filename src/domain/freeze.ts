import { Cron } from 'croner';
import { milliseconds } from './duration';
import { SagalineError } from './errors';
import type { Freeze } from './freeze-schema';
import { type ZoneClock, zoneClock } from './zone-clock';

/** Why nothing may be released now. */
export interface Frozen {
  /** End of the freeze in ms since 1970, or a time before it at which to ask again, when the chain of windows is long. */
  untilMs: number;
  /** Reasons of the windows that are open now. */
  reason: string;
  /** Teams that every open window lets through; empty when there is none. */
  override: string[];
}

/** Windows that follow one another without a gap are followed this far. */
const maxChain = 100;

/** The end in ms of a window that is open at a time; undefined when it is not. */
type Window = (atMs: number) => number | undefined;

/**
 * The freeze at `nowMs` (ms since 1970), or null when no window is open. A cron window lasts its `for` in elapsed time.
 * Throws InvalidPipeline for a date that no calendar has.
 */
export function frozen(freezes: readonly Freeze[], nowMs: number): Frozen | null {
  const windows = freezes.map((freeze) => ({ freeze, window: windowOf(freeze) }));
  const open = windows.filter(({ window }) => window(nowMs) !== undefined).map(({ freeze }) => freeze);
  const [first] = open;
  if (first === undefined) return null;
  let untilMs = nowMs;
  for (let link = 0; link < maxChain; link += 1) {
    const ends = windows.map(({ window }) => window(untilMs)).filter((end) => end !== undefined);
    if (ends.length === 0) break;
    untilMs = Math.max(...ends);
  }
  return {
    untilMs,
    reason: [...new Set(open.map(({ reason }) => reason))].join('; '),
    // Whoever releases now breaks all open windows, so each of them must let that team through.
    override: first.override.filter((team) => open.every(({ override }) => override.includes(team))),
  };
}

function windowOf({ cron, for: duration, from, to, zone }: Freeze): Window {
  const clock = zoneClock(zone);
  if (cron !== undefined && duration !== undefined) {
    const lengthMs = milliseconds(duration);
    return repeated(wallCron(cron), clock, lengthMs);
  }
  if (from === undefined || to === undefined) return () => undefined;
  // A local time that comes twice, or never, leaves a choice: the longer freeze is the safer one.
  const start = Math.min(...clock.instantsOf(wallOf(from)));
  const end = Math.max(...clock.instantsOf(wallOf(to)));
  return (atMs) => (start <= atMs && atMs < end ? end : undefined);
}

function wallOf(moment: string): number {
  const wall = Date.parse(moment.length === 10 ? moment : `${moment}Z`);
  if (Number.isNaN(wall))
    throw new SagalineError('InvalidPipeline', `freeze: ${moment} is no date of the calendar`);
  return wall;
}

/** The last wall time that the pattern names at or before one, but not before another. */
type LastWall = (atWall: number, notBefore: number) => number | undefined;

const minuteMs = 60_000;
/** Clocks are never set by more than this. */
const dayMs = 24 * 60 * minuteMs;

/** The pattern on a clock that is never set: only then does the library find each time once. */
function wallCron(pattern: string): LastWall {
  const cron = new Cron(pattern, { paused: true, utcOffset: 0 });
  const next = (ms: number) => cron.nextRun(new Date(ms))?.getTime() ?? Infinity;
  return (atWall, notBefore) => {
    let found = next(notBefore - 1000);
    if (found > atWall) return undefined;
    // Halving what is left takes some fifteen questions, also for a pattern of every minute.
    let after = atWall;
    while (after - found >= minuteMs) {
      const middle = Math.floor((found + after) / 2);
      const later = next(middle);
      if (later <= atWall) found = later;
      else after = middle;
    }
    return found;
  };
}

function repeated(last: LastWall, clock: ZoneClock, lengthMs: number): Window {
  return (atMs) => {
    // By the next day's clocks too: a time that is skipped tonight has already begun by them.
    const walls = [clock.wallAt(atMs), clock.wallAt(atMs + dayMs) - dayMs];
    // What the clocks showed just before they were set back is later than what they show now.
    const set = clock.lastSet(atMs);
    if (set !== undefined) walls.push(clock.wallAt(set - 1));
    const starts = walls
      .map((wall) => last(wall, wall - lengthMs - dayMs))
      .filter((wall) => wall !== undefined)
      .flatMap((wall) => clock.instantsOf(wall))
      .filter((start) => start <= atMs);
    const end = Math.max(...starts) + lengthMs;
    return end > atMs ? end : undefined;
  };
}
