import { type Kysely, sql } from 'kysely';
import type { LedgerTables } from './tables';

/** How far a hook was read; times in ms since 1970. */
export interface HookState {
  /** By the clock of the database. */
  now: number;
  readUntil: number | null;
  readingFrom: number | null;
  cursor: string | null;
  newestAt: number | null;
  newestStatus: number | null;
  lastError: string | null;
}

/** Of these hooks those that are to be looked at now. */
export async function dueHooks(
  db: Kysely<LedgerTables>,
  project: string,
  urls: readonly string[],
): Promise<string[]> {
  const waiting = await db
    .selectFrom('hooks')
    .select('url')
    .where('project', '=', project)
    .where('next_at', '>', sql<Date>`now()`)
    .execute();
  const early = new Set(waiting.map(({ url }) => url));
  return urls.filter((url) => !early.has(url));
}

/** How far a hook was read, if it is to be looked at now. */
export async function hookState(
  db: Kysely<LedgerTables>,
  project: string,
  url: string,
): Promise<HookState | undefined> {
  await db
    .insertInto('hooks')
    .values({ project, url, next_at: sql<string>`now()` })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom('hooks')
    .selectAll()
    .select(sql<Date>`now()`.as('now'))
    .where((where) => where.and({ project, url }))
    .where('next_at', '<=', sql<Date>`now()`)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    now: row.now.getTime(),
    readUntil: msOf(row.read_until),
    readingFrom: msOf(row.reading_from),
    cursor: row.cursor,
    newestAt: msOf(row.newest_at),
    newestStatus: row.newest_status,
    lastError: row.last_error,
  };
}

/** Notes how far a hook was read; `state.now` is no part of it. */
export async function saveReading(
  db: Kysely<LedgerTables>,
  project: string,
  url: string,
  { readUntil, readingFrom, cursor, newestAt, newestStatus }: HookState,
): Promise<void> {
  await db
    .updateTable('hooks')
    .set({
      ...{ read_until: timeOf(readUntil), reading_from: timeOf(readingFrom), cursor },
      ...{ newest_at: timeOf(newestAt), newest_status: newestStatus },
    })
    .where((row) => row.and({ project, url }))
    .execute();
}

/** Notes that a look has ended, when the next one is (ms from now), and what went wrong. */
export async function saveLook(
  db: Kysely<LedgerTables>,
  project: string,
  url: string,
  waitMs: number,
  problem: string | null,
): Promise<void> {
  await db
    .updateTable('hooks')
    .set({ next_at: sql<string>`now() + ${waitMs} * interval '1 millisecond'`, last_error: problem })
    .where((row) => row.and({ project, url }))
    .execute();
}

const msOf = (time: Date | null): number | null => time?.getTime() ?? null;
const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
