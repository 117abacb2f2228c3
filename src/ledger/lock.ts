import { sql, type Transaction } from 'kysely';
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

/** Whether this transaction has the lock now; it then keeps it to its end. */
export async function takesLock(
  transaction: Transaction<LedgerTables>,
  lock: (typeof workerLocks)[keyof typeof workerLocks],
): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${lock}) as mine`.execute(
    transaction,
  );
  return rows[0]?.mine === true;
}
