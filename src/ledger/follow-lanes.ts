import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { valueMasker } from '../domain/redact-value';
import type { LaneHistories } from '../ports';
import type { LedgerDatabase } from './database';
import { underLock, workerLocks } from './lock';
import { lookFrom, writeMark } from './marks';
import { Rounds } from './rounds';
import type { LedgerTables } from './tables';
import { writeRollback } from './write';

/** Milliseconds between two looks at the lanes: a lane that did nothing costs one call. */
const lookEveryMs = 5_000;
const markName = 'lanes';
/** Before the id of an execution: after which of its history events to read on. */
const placeName = 'lane ';

/** Follows what lanes do without a run in the background until it is stopped: no lane knows of it. */
export function followLanesInBackground(
  database: LedgerDatabase,
  histories: LaneHistories,
  secrets: () => Promise<string[]>,
  log: Logger,
): Rounds {
  const round = () =>
    database.use((db) =>
      underLock(db, workerLocks.lanes, async () => {
        const begun = Date.now();
        await followLanes(db, histories, await secrets(), await lookFrom(db, markName));
        await writeMark(db, markName, new Date(begun).toISOString());
      }),
    );
  return new Rounds(round, {
    everyMs: lookEveryMs,
    complaint: 'the ledger cannot follow the lanes now',
    log,
  });
}

/** Writes what lanes did that are open, or were closed since a time (ISO 8601), and that was not read yet. */
async function followLanes(
  db: Kysely<LedgerTables>,
  histories: LaneHistories,
  secrets: readonly string[],
  since: string,
): Promise<void> {
  const rows = await db.selectFrom('marks').selectAll().where('name', 'like', `${placeName}%`).execute();
  const places = new Map(rows.map(({ name, value }) => [name, Number(value)]));
  const seen = new Set<string>();
  for await (const glimpse of histories.changedSince(since)) {
    const name = `${placeName}${glimpse.executionId}`;
    seen.add(name);
    const before = places.get(name) ?? 0;
    const { rollbacks, after } = await histories.rollbacks(glimpse, before);
    for (const rollback of rollbacks) await writeRollback(db, valueMasker(secrets)(rollback));
    if (after !== before) await writeMark(db, name, String(after));
  }
  const gone = [...places.keys()].filter((name) => !seen.has(name));
  if (gone.length > 0) await db.deleteFrom('marks').where('name', 'in', gone).execute();
}

/** Writes every rollback that is retained, also one that was read before. */
export async function writeRollbacks(
  db: Kysely<LedgerTables>,
  histories: LaneHistories,
  redact: <T>(value: T) => T,
  since: string,
): Promise<void> {
  for await (const glimpse of histories.changedSince(since)) {
    const { rollbacks } = await histories.rollbacks(glimpse, 0);
    for (const rollback of rollbacks) if (rollback.liveAt >= since) await writeRollback(db, redact(rollback));
  }
}
