import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { SagalineError } from '../domain/errors';
import type { MissedDelivery } from '../domain/redelivery';
import type { HookSettings } from '../domain/redelivery-schema';
import type { DeliveryHost } from '../ports';
import { giveUp, type HookPlace, markAsked, unmarkAsked } from './missed-deliveries';
import type { LedgerTables } from './tables';

/** Asks for each of these deliveries until the host wants a rest, and returns how many it took and for how long, in ms. */
export async function askForAll(
  db: Kysely<LedgerTables>,
  place: HookPlace,
  hook: HookSettings,
  chosen: readonly MissedDelivery[],
  { host, log }: { host: DeliveryHost; log: Logger },
  signal: AbortSignal,
): Promise<{ asked: number; restMs: number }> {
  let asked = 0;
  for (const missed of chosen) {
    await markAsked(db, place, missed.guid);
    try {
      const { isRefused, restMs } = await host.askFor(hook, missed.attempt, signal);
      if (isRefused) await unmarkAsked(db, place, missed);
      else asked += 1;
      if (restMs > 0) return { asked, restMs };
    } catch (error) {
      if (!(error instanceof SagalineError) || error.code !== 'NotFound') throw error;
      await endHopeless(db, place, missed, error.detail, log);
    }
  }
  return { asked, restMs: 0 };
}

/** Ends a delivery that is never asked for again, and says so: only a person can bring it back. */
export async function endHopeless(
  db: Kysely<LedgerTables>,
  place: HookPlace,
  { guid, event, asks }: MissedDelivery,
  why: string,
  log: Logger,
): Promise<void> {
  await giveUp(db, place, guid, why);
  log.error({ hook: place.hook, guid, event, asks, why }, 'a missed delivery is given up');
}
