import type { Kysely } from 'kysely';
import type { HookSettings } from '../domain/redelivery-schema';
import type { DeliveryHost, DeliveryPage } from '../ports';
import { type HookState, saveReading } from './hooks';
import { type HookPlace, noteAttempts } from './missed-deliveries';
import type { LedgerTables } from './tables';

/** Pages of 100 deliveries that one look reads; the next one goes on from there. */
const maxPages = 10;
/** An attempt is listed when it has ended, in the place of its beginning: what was read last is read once more. */
const overlapMs = 10 * 60_000;

/** What reading came to. */
export interface Reading {
  state: HookState;
  /** Whether everything that is to be known of now was read. */
  isComplete: boolean;
  /** Milliseconds in which the host wants to be asked nothing more. */
  restMs: number;
}

/** Reads what the hook delivered since it was read last, but nothing older than the window, and notes what was missed. */
export async function readHook(
  db: Kysely<LedgerTables>,
  host: DeliveryHost,
  hook: HookSettings,
  place: HookPlace,
  known: HookState,
  windowMs: number,
  signal: AbortSignal,
): Promise<Reading> {
  const oldest = known.now - windowMs;
  const floor = Math.max((known.readUntil ?? 0) - overlapMs, oldest);
  let state = known;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await host.page(hook, state.cursor, signal);
    if (page.isRefused) return { state, isComplete: false, restMs: page.restMs };
    const inWindow = page.attempts.filter(({ deliveredAt }) => Date.parse(deliveredAt) >= oldest);
    await noteAttempts(db, place, inWindow);
    state = afterPage(state, page, floor);
    await saveReading(db, place.project, hook.url, state);
    const isComplete = state.cursor === null;
    if (isComplete || page.restMs > 0) return { state, isComplete, restMs: page.restMs };
  }
  return { state, isComplete: false, restMs: 0 };
}

/** How far the hook was read after a page: to the end where it reaches down to `floor`, else up to the next page. */
function afterPage(state: HookState, { attempts, next }: DeliveryPage, floor: number): HookState {
  const times = attempts.map(({ deliveredAt }) => Date.parse(deliveredAt));
  const isFirst = state.cursor === null;
  const newest = times.length === 0 ? undefined : times.indexOf(Math.max(...times));
  const newestAt = newest === undefined ? null : (times[newest] ?? null);
  const readingFrom = isFirst ? newestAt : state.readingFrom;
  const isDown = next === null || times.some((time) => time < floor);
  const isNews = isFirst && newestAt !== null && newestAt >= (state.newestAt ?? 0);
  return {
    ...state,
    ...(isNews && { newestAt, newestStatus: attempts[newest ?? 0]?.statusCode ?? null }),
    ...(isDown
      ? { cursor: null, readingFrom: null, readUntil: readingFrom ?? state.readUntil }
      : { cursor: next, readingFrom }),
  };
}
