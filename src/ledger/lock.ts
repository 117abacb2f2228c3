import { type Kysely, sql } from 'kysely';
import type { LedgerTables } from './tables';

/** Any numbers that no other user of the database takes. */
export const auditLock = 5_306_154;
/** Of all workers, one follows the runs, one the lanes, one sends reports and one asks for missed deliveries. */
export const workerLocks = {
  follow: 5_306_155,
  report: 5_306_156,
  redeliver: 5_306_157,
  lanes: 5_306_158,
} as const;

/** Does something that only one worker does at a time; nothing while another one does it. */
export const underLock = (
  db: Kysely<LedgerTables>,
  lock: (typeof workerLocks)[keyof typeof workerLocks],
  act: () => Promise<void>,
): Promise<void> =>
  db.transaction().execute(async (transaction) => {
    const taken = sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${lock}) as mine`;
    const { rows } = await taken.execute(transaction);
    if (rows[0]?.mine === true) await act();
  });
