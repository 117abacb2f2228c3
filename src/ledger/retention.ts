import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { Retention } from '../domain/configuration';
import { milliseconds } from '../domain/duration';
import type { Configuration } from '../ports';
import type { LedgerDatabase } from './database';
import { Rounds } from './rounds';
import type { LedgerTables } from './tables';

/** Milliseconds between two looks for rows that are too old. */
const lookEveryMs = 60_000;
/** Rows of one statement, so that none holds its locks for long. */
const batchSize = 5_000;

/** Removes rows in the background as sagaline.yaml says, until it is stopped; several workers may do so at once. */
export function forgetInBackground(
  database: LedgerDatabase,
  configuration: Configuration,
  log: Logger,
): Rounds {
  const round = async () => {
    const { project, ledger } = await configuration.current();
    await database.use((db) => forget(db, project, ledger.retention, Date.now()));
  };
  return new Rounds(round, { everyMs: lookEveryMs, complaint: 'the ledger cannot forget old rows now', log });
}

/** Removes what is older than its table's retention at `now` (ms since 1970); what has none stays for ever. Returns how many rows. */
export async function forget(
  db: Kysely<LedgerTables>,
  project: string,
  { events, deadLetters, runs, releases }: Retention,
  now: number,
): Promise<number> {
  const before = (duration: string) => new Date(now - milliseconds(duration));
  let removed = 0;
  if (events !== undefined) {
    removed += await forgetEvents(db, project, 'routed', before(events));
    await sql`delete from missed_deliveries where project = ${project} and last_at < ${before(events)}`.execute(
      db,
    );
  }
  if (deadLetters !== undefined)
    removed += await forgetEvents(db, project, 'dead-letter', before(deadLetters));
  if (runs !== undefined) removed += await forgetRuns(db, project, before(runs));
  if (releases !== undefined) removed += await forgetReleases(db, project, before(releases));
  return removed;
}

const forgetEvents = (db: Kysely<LedgerTables>, project: string, status: string, before: Date) =>
  inBatches(async () => {
    const { numAffectedRows = 0n } = await sql`
      delete from events where id in (
        select id from events where project = ${project} and status = ${status} and received_at < ${before}
        limit ${batchSize})`.execute(db);
    return Number(numAffectedRows);
  });

/** A run that is open stays, however old it is. */
const forgetRuns = async (db: Kysely<LedgerTables>, project: string, before: Date): Promise<number> => {
  // What was told of a commit is of no use without its runs.
  await sql`delete from reports where project = ${project} and sent_at < ${before}`.execute(db);
  return forgetClosed(db, project, before);
};

const forgetClosed = (db: Kysely<LedgerTables>, project: string, before: Date) =>
  inBatches(async () => {
    const { numAffectedRows = 0n } = await sql`
      delete from runs where id in (
        select id from runs where project = ${project} and closed_at < ${before} limit ${batchSize})`.execute(
      db,
    );
    return Number(numAffectedRows);
  });

/** What is live stays, however old it is: only what was taken back or replaced by then goes. */
const forgetReleases = (db: Kysely<LedgerTables>, project: string, before: Date) =>
  inBatches(async () => {
    const { numAffectedRows = 0n } = await sql`
      delete from releases where id in (
        select old.id from releases old where old.project = ${project} and (old.ended_at < ${before} or exists (
          select 1 from releases later where later.project = old.project and later.service = old.service
            and later.environment = old.environment and later.ended_at is null
            and later.live_at > old.live_at and later.live_at < ${before}))
        limit ${batchSize})`.execute(db);
    return Number(numAffectedRows);
  });

async function inBatches(remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let removed = batchSize; removed === batchSize; total += removed) removed = await remove();
  return total;
}
