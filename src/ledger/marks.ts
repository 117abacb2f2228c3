import type { Kysely } from 'kysely';
import type { LedgerTables } from './tables';

/** What visibility shows late, or by another clock, is found by a later look, in ms. */
const overlapMs = 60_000;
/** How far back the first look of a new ledger goes, in ms; `ledger rebuild` goes further. */
const firstMs = 60 * 60 * 1000;

/** Since when a reader of histories has to look, ISO 8601. */
export async function lookFrom(db: Kysely<LedgerTables>, name: string): Promise<string> {
  const found = await db.selectFrom('marks').select('value').where('name', '=', name).executeTakeFirst();
  return found ? earlier(found.value, overlapMs) : earlier(new Date().toISOString(), firstMs);
}

/** A time so many ms before another one, both ISO 8601. */
export const earlier = (time: string, ms: number): string => new Date(Date.parse(time) - ms).toISOString();

/** Notes where a reader of histories has arrived. */
export async function writeMark(db: Kysely<LedgerTables>, name: string, value: string): Promise<void> {
  await db
    .insertInto('marks')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
