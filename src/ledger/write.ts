import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import { chained } from './audit-chain';
import type { AuditEntry, EventEntry, LedgerEntry } from './entries';
import { auditLock } from './lock';
import { portions } from './portions';
import { writeStatuses } from './reports';
import { releasesOf, rollbackRow } from './release-rows';
import { eventRows, runRows, type Execution } from './rows';
import type { LedgerTables, ReleasesTable } from './tables';
import type { CommitStatus } from '../domain/commit-status';
import type { RunView } from '../domain/run';
import type { Rollback } from '../ports';

/** Rows of one statement: PostgreSQL takes 65,535 values. */
const rowsAtOnce = 1_000;

/** Writes entries in their order, all or none; one that is written already stays as it is. */
export async function writeEntries(db: Kysely<LedgerTables>, entries: LedgerEntry[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await writeEvents(
      transaction,
      entries.filter((entry) => entry.type === 'event'),
    );
    await writeStatuses(
      transaction,
      entries.filter((entry) => entry.type === 'status'),
    );
    await appendAudit(
      transaction,
      entries.filter((entry) => entry.type === 'audit'),
    );
  });
}

async function writeEvents(db: Transaction<LedgerTables>, entries: EventEntry[]): Promise<void> {
  if (entries.length === 0) return;
  // The last entry of an event counts; sorted, so that two writers wait for each other in one order only.
  const rows = new Map(
    entries
      .map(({ project, record }) => eventRows(project, record))
      .map((row) => [row.event.id, row] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const all = [...rows.values()];
  await db
    .insertInto('events')
    .values(all.map(({ event }) => event))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({ status: row.ref('excluded.status') })),
    )
    .execute();
  await db
    .deleteFrom('decisions')
    .where('event_id', 'in', [...rows.keys()])
    .execute();
  const decisions = all.flatMap((row) => row.decisions);
  if (decisions.length > 0) await db.insertInto('decisions').values(decisions).execute();
}

/** Appends to the chain in one order, whoever writes; an entry that is there keeps its place. */
async function appendAudit(db: Transaction<LedgerTables>, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql`select pg_advisory_xact_lock(${auditLock})`.execute(db);
  const ids = entries.map(({ id }) => id);
  const known = await db.selectFrom('audit').select('id').where('id', 'in', ids).execute();
  const last = await db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const fresh = entries.filter(({ id }) => known.every((row) => row.id !== id));
  const rows = chained(last ?? { seq: 0, hash: '' }, fresh);
  if (rows.length > 0) await db.insertInto('audit').values(rows).execute();
}

/** What a run is now, with all its steps and undos, and what the host of its repository is to be told. */
export interface RunEntry {
  project: string;
  view: RunView;
  execution: Execution;
  status?: CommitStatus | undefined;
}

/** Writes what each of these different runs is now, all or none. */
export async function writeRunEntries(db: Kysely<LedgerTables>, entries: readonly RunEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ project, view, execution }) => runRows(project, view, execution));
  const ids = rows.map(({ run }) => run.id);
  const steps = rows.flatMap((row) => row.steps);
  const compensations = rows.flatMap((row) => row.compensations);
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('runs')
      .values(rows.map(({ run }) => run))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          ...{ execution_id: row.ref('excluded.execution_id'), project: row.ref('excluded.project') },
          ...{ pipeline: row.ref('excluded.pipeline'), repository: row.ref('excluded.repository') },
          ...{ service: row.ref('excluded.service'), environment: row.ref('excluded.environment') },
          ...{ commit: row.ref('excluded.commit'), event_id: row.ref('excluded.event_id') },
          ...{ status: row.ref('excluded.status'), reason: row.ref('excluded.reason') },
          ...{ started_at: row.ref('excluded.started_at'), closed_at: row.ref('excluded.closed_at') },
        })),
      )
      .execute();
    await transaction.deleteFrom('steps').where('run_id', 'in', ids).execute();
    await transaction.deleteFrom('compensations').where('run_id', 'in', ids).execute();
    for (const some of portions(steps, rowsAtOnce))
      await transaction.insertInto('steps').values(some).execute();
    for (const some of portions(compensations, rowsAtOnce))
      await transaction.insertInto('compensations').values(some).execute();
    for (const row of entries.flatMap(({ project, view }) => releasesOf(project, view)))
      await writeRelease(transaction, row);
    for (const { view, execution } of entries)
      if (execution.closedAt !== null && view.status !== 'succeeded')
        await endReleases(transaction, view, execution.closedAt);
    const statuses = entries.flatMap(({ project, status }) => (status ? [{ project, status }] : []));
    await writeStatuses(transaction, statuses);
  });
}

/** Writes a lane's way back to an earlier release. */
export async function writeRollback(db: Kysely<LedgerTables>, rollback: Rollback): Promise<void> {
  await writeRelease(db, rollbackRow(rollback));
}

async function writeRelease(db: Kysely<LedgerTables>, row: Insertable<ReleasesTable>): Promise<void> {
  await db
    .insertInto('releases')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

/** A lane keeps what a run released only when the run has succeeded, also where nobody can say what the run did. */
async function endReleases(
  db: Kysely<LedgerTables>,
  { id, reason }: Pick<RunView, 'id' | 'reason'>,
  closedAt: string,
): Promise<void> {
  await db
    .updateTable('releases')
    .set({ ended_at: closedAt, problem: reason })
    .where('run_id', '=', id)
    .where('cause', '=', 'run')
    .where('ended_at', 'is', null)
    .execute();
}
