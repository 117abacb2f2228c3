import { type Kysely, type Selectable, sql } from 'kysely';
import { type CommitStatus, waitToReport } from '../domain/commit-status';
import type { LedgerTables, ReportsTable } from './tables';

/** A status that is to be sent. */
export type DueReport = Selectable<ReportsTable>;

/** A status that nobody took for a whole day is given up. */
const giveUpMs = 24 * 60 * 60 * 1_000;

/** The database's clock decides what is due, whatever the clocks of workers say. */
const now = sql<string>`now()`;
const later = (ms: number) => sql<string>`now() + ${ms} * interval '1 millisecond'`;

/** Puts each status in the place of an older one of its commit and context; one that says the same changes nothing. */
export async function writeStatuses(
  db: Kysely<LedgerTables>,
  entries: readonly { project: string; status: CommitStatus }[],
): Promise<void> {
  // Sorted, so that two writers wait for each other in one order only.
  const sorted = entries.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  for (const { project, status } of sorted)
    await db
      .insertInto('reports')
      .values({ project, ...status, changed_at: now, next_at: now })
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'repository', 'commit', 'context'])
          .doUpdateSet((row) => ({
            ...{
              state: status.state,
              description: status.description,
              link: status.link,
              since: status.since,
            },
            ...{ changed_at: now, next_at: now, attempts: 0, sent_at: null, last_error: null },
            version: sql<number>`${row.ref('reports.version')} + 1`,
          }))
          .where(
            sql<boolean>`excluded.since >= reports.since and (excluded.state, excluded.description, excluded.link)
              is distinct from (reports.state, reports.description, reports.link)`,
          ),
      )
      .execute();
}

const keyOf = ({ project, status }: { project: string; status: CommitStatus }): string =>
  JSON.stringify([project, status.repository, status.commit, status.context]);

/** Statuses of a project that are to be sent now, the longest due first. */
export function dueReports(db: Kysely<LedgerTables>, project: string, limit: number): Promise<DueReport[]> {
  return db
    .selectFrom('reports')
    .selectAll()
    .where('project', '=', project)
    .where('next_at', '<=', sql<Date>`now()`)
    .orderBy('next_at')
    .limit(limit)
    .execute();
}

/** Notes that the host took it; a status that came meanwhile stays due. */
export async function markSent(db: Kysely<LedgerTables>, report: DueReport): Promise<void> {
  await db
    .updateTable('reports')
    .set({ sent_at: now, next_at: null, last_error: null })
    .where((row) => row.and(same(report)))
    .execute();
}

/** Notes that the host did not take it, and returns whether it is sent again; `isFinal` where that would be in vain. */
export async function markFailed(
  db: Kysely<LedgerTables>,
  report: DueReport,
  problem: string,
  isFinal: boolean,
): Promise<boolean> {
  const attempts = report.attempts + 1;
  const next = sql<string | null>`case when ${isFinal} or changed_at < ${later(-giveUpMs)} then null
    else ${later(waitToReport(attempts))} end`;
  const marked = await db
    .updateTable('reports')
    .set({ attempts, last_error: problem, next_at: next })
    .where((row) => row.and(same(report)))
    .returning('next_at')
    .executeTakeFirst();
  // Where a status came meanwhile, that one is sent.
  return marked?.next_at !== null;
}

const same = ({ project, repository, commit, context, version }: DueReport) => ({
  ...{ project, repository, commit, context, version },
});
