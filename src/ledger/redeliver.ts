import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { milliseconds } from '../domain/duration';
import { SagalineError } from '../domain/errors';
import { nextFor, toAskFor } from '../domain/redelivery';
import type { HookSettings } from '../domain/redelivery-schema';
import type { Configuration, DeliveryHost } from '../ports';
import type { LedgerDatabase } from './database';
import { dueHooks, type HookState, hookState, saveLook, saveReading } from './hooks';
import { underLock, workerLocks } from './lock';
import { askForAll, endHopeless } from './ask-for-missed';
import { endArrived, type HookPlace, openMissed } from './missed-deliveries';
import { readHook } from './read-hook';
import { Rounds } from './rounds';
import type { LedgerTables } from './tables';

/** Milliseconds between two questions whether a hook is due. */
const lookEveryMs = 2_000;
/** Where there is more to do or to see, the next look comes after this many ms at the latest. */
const soonMs = 60_000;

export interface RedeliveryOptions {
  host: DeliveryHost;
  configuration: Configuration;
  log: Logger;
}

interface Look {
  place: HookPlace;
  hook: HookSettings;
  everyMs: number;
  windowMs: number;
}

/** Asks senders again for what they delivered and the ledger does not have, in the background until it is stopped. */
export function redeliverInBackground(database: LedgerDatabase, options: RedeliveryOptions): Rounds {
  return new Rounds((signal) => redeliver(database, options, signal), {
    everyMs: lookEveryMs,
    complaint: 'missed deliveries cannot be looked for now',
    log: options.log,
  });
}

/** Looks at each hook that is due; does nothing while another worker does, and asks for nothing while the ledger gives no answer. */
export async function redeliver(
  database: LedgerDatabase,
  options: RedeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const { project, sources } = await options.configuration.current();
  const looks = sources.flatMap(({ name: source, redeliver: settings }): Look[] => {
    if (settings === undefined) return [];
    const [everyMs, windowMs] = [milliseconds(settings.every), milliseconds(settings.window)];
    return settings.hooks.map((hook) => ({
      ...{ place: { project, hook: hook.url, source }, hook, everyMs, windowMs },
    }));
  });
  if (looks.length === 0) return;
  await database.use(async (db) => {
    const urls = looks.map(({ hook }) => hook.url);
    const due = new Set(await dueHooks(db, project, urls));
    for (const look of looks) if (due.has(look.hook.url)) await inTurn(db, look, options, signal);
  });
}

/** Other workers leave the hooks alone meanwhile: nobody asks for a delivery that is asked for. */
const inTurn = (db: Kysely<LedgerTables>, look: Look, options: RedeliveryOptions, signal: AbortSignal) =>
  underLock(db, workerLocks.redeliver, async () => {
    if (signal.aborted) return;
    const state = await hookState(db, look.place.project, look.hook.url);
    if (state) await lookAt(db, look, state, options, signal);
  });

/** One look at a hook; what its host refuses is said once, and looked at again. */
async function lookAt(
  db: Kysely<LedgerTables>,
  look: Look,
  state: HookState,
  options: RedeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const { project, hook: url } = look.place;
  try {
    const waitMs = await lookOnce(db, look, state, options, signal);
    await saveLook(db, project, url, waitMs, null);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof SagalineError)) throw error;
    const { code, detail } = error;
    // A cursor that the host does not know any more: the next look begins with the newest delivery.
    if (code === 'NotFound')
      await saveReading(db, project, url, { ...state, cursor: null, readingFrom: null });
    await saveLook(db, project, url, look.everyMs, detail);
    if (state.lastError !== detail)
      options.log.warn({ hook: url, problem: detail }, 'the deliveries of a hook cannot be compared now');
  }
}

/** Reads, ends what has arrived or is over, and asks for the rest; returns the ms until the next look. */
async function lookOnce(
  db: Kysely<LedgerTables>,
  look: Look,
  known: HookState,
  options: RedeliveryOptions,
  signal: AbortSignal,
): Promise<number> {
  const { place, hook, everyMs, windowMs } = look;
  const { log } = options;
  const read = await readHook(db, options.host, hook, place, known, windowMs, signal);
  const arrived = await endArrived(db, place);
  if (arrived.length > 0)
    log.info({ hook: hook.url, deliveries: arrived.length }, 'missed deliveries arrived');
  if (read.restMs > 0) return Math.max(read.restMs, everyMs);
  const open = await openMissed(db, place);
  for (const missed of open) {
    const next = nextFor(missed, known.now, windowMs);
    if (typeof next === 'object') await endHopeless(db, place, missed, next.never, log);
  }
  const chosen = toAskFor(open, read.state.newestStatus ?? undefined, known.now, windowMs);
  const { asked, restMs } = await askForAll(db, place, hook, chosen, options, signal);
  if (asked > 0)
    log.info({ hook: hook.url, deliveries: asked, missing: open.length }, 'missed deliveries are asked for');
  if (restMs > 0) return Math.max(restMs, everyMs);
  return asked > 0 || !read.isComplete ? Math.min(soonMs, everyMs) : everyMs;
}
