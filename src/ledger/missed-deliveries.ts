import { type Kysely, sql } from 'kysely';
import { byDelivery, type DeliveryAttempt, isTaken, type MissedDelivery } from '../domain/redelivery';
import type { LedgerTables } from './tables';

/** The hook that deliveries are of, and the source that it leads to. */
export interface HookPlace {
  project: string;
  /** Url of the hook in the sender's API. */
  hook: string;
  source: string;
}

/** Open deliveries that one look considers. */
const maxOpen = 5_000;

/** Notes each delivery that was not taken and that the ledger does not have, and what is new of those that were noted before. */
export async function noteAttempts(
  db: Kysely<LedgerTables>,
  place: HookPlace,
  attempts: readonly DeliveryAttempt[],
): Promise<void> {
  const deliveries = byDelivery(attempts);
  if (deliveries.length === 0) return;
  const guids = deliveries.map(({ guid }) => guid);
  const noted = await guidsOf(db, place, guids);
  const accepted = await acceptedOf(db, place, guids);
  const told = deliveries.filter(
    ({ guid, statusCode }) => noted.has(guid) || (!isTaken(statusCode) && !accepted.has(guid)),
  );
  for (const { guid, attempt, event, statusCode, firstAt, lastAt } of told)
    await db
      .insertInto('missed_deliveries')
      .values({
        ...{ project: place.project, hook: place.hook, guid, attempt, event, status_code: statusCode },
        ...{ first_at: new Date(firstAt).toISOString(), last_at: new Date(lastAt).toISOString() },
      })
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'hook', 'guid'])
          .doUpdateSet((row) => ({
            ...{ attempt, status_code: statusCode, ended_at: null, outcome: null },
            first_at: sql<string>`least(${row.ref('excluded.first_at')}, ${row.ref('missed_deliveries.first_at')})`,
            last_at: row.ref('excluded.last_at'),
          }))
          // Pages overlap, and one that was read before says nothing new.
          .where(sql<boolean>`excluded.last_at > missed_deliveries.last_at`),
      )
      .execute();
}

/** Ends those that the ledger has by now or that were taken, and returns their ids. */
export async function endArrived(
  db: Kysely<LedgerTables>,
  { project, hook, source }: HookPlace,
): Promise<string[]> {
  const { rows } = await sql<{ guid: string }>`
    update missed_deliveries as missed set ended_at = now(), outcome = 'arrived'
    where project = ${project} and hook = ${hook} and ended_at is null
      and (status_code between 200 and 299 or exists (
        select from events where events.project = missed.project and events.source = ${source}
          and events.delivery_id = missed.guid))
    returning guid`.execute(db);
  return rows.map(({ guid }) => guid);
}

/** Those that have not ended, the oldest first. */
export async function openMissed(
  db: Kysely<LedgerTables>,
  { project, hook }: HookPlace,
): Promise<MissedDelivery[]> {
  const rows = await db
    .selectFrom('missed_deliveries')
    .selectAll()
    .where((row) => row.and({ project, hook }))
    .where('ended_at', 'is', null)
    .orderBy('first_at')
    .limit(maxOpen)
    .execute();
  return rows.map((row) => ({
    ...{ guid: row.guid, attempt: row.attempt, event: row.event, statusCode: row.status_code },
    ...{ firstAt: row.first_at.getTime(), lastAt: row.last_at.getTime() },
    ...{ asks: row.asks, askedAt: row.asked_at?.getTime() ?? null },
  }));
}

/** Ends one that is never asked for again, and keeps why. */
export async function giveUp(
  db: Kysely<LedgerTables>,
  place: HookPlace,
  guid: string,
  why: string,
): Promise<void> {
  await one(db, place, guid)
    .set({ ended_at: sql<string>`now()`, outcome: why })
    .execute();
}

/** Notes that one is asked for now, before that is done: who dies between has asked once at most. */
export async function markAsked(db: Kysely<LedgerTables>, place: HookPlace, guid: string): Promise<void> {
  await one(db, place, guid)
    .set({ asks: sql<number>`asks + 1`, asked_at: sql<string>`now()` })
    .execute();
}

/** Takes `markAsked` back where the host had no time for it. */
export async function unmarkAsked(
  db: Kysely<LedgerTables>,
  place: HookPlace,
  { guid, askedAt }: MissedDelivery,
): Promise<void> {
  await one(db, place, guid)
    .set({
      asks: sql<number>`asks - 1`,
      asked_at: askedAt === null ? null : new Date(askedAt).toISOString(),
    })
    .execute();
}

const one = (db: Kysely<LedgerTables>, { project, hook }: HookPlace, guid: string) =>
  db.updateTable('missed_deliveries').where((row) => row.and({ project, hook, guid }));

async function guidsOf(
  db: Kysely<LedgerTables>,
  { project, hook }: HookPlace,
  guids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('missed_deliveries')
    .select('guid')
    .where((row) => row.and({ project, hook }))
    .where('guid', 'in', guids)
    .execute();
  return new Set(rows.map(({ guid }) => guid));
}

async function acceptedOf(
  db: Kysely<LedgerTables>,
  { project, source }: HookPlace,
  guids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('events')
    .select('delivery_id')
    .where((row) => row.and({ project, source }))
    .where('delivery_id', 'in', guids)
    .execute();
  return new Set(rows.map(({ delivery_id }) => delivery_id));
}
