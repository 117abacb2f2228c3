import { sql } from 'kysely';
import { LedgerDatabase } from '../../src/ledger/database';
import { freshLedger, silent } from './fresh-ledger';

test('a connection that is ended between two statements of a transaction costs that transaction and nothing else', async () => {
  const { database, close } = await freshLedger();
  const interrupted = database.use((db) =>
    db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(db);
      // The connection learns of its end before it is used again: nobody but the listener hears of it.
      await new Promise((resolve) => setImmediate(resolve));
      await sql`select pg_sleep(0.05)`.execute(db);
      await sql`select 1`.execute(transaction);
    }),
  );
  await expect(interrupted).rejects.toMatchObject({ code: 'LedgerUnavailable' });
  const answer = await database.use((db) => sql<{ one: number }>`select 1 as one`.execute(db));
  expect(answer.rows).toEqual([{ one: 1 }]);
  await close();
});

test('tables are made once, however many processes begin at one time', async () => {
  const { database, url, close } = await freshLedger();
  const others = Array.from({ length: 4 }, () => new LedgerDatabase(url, silent));
  const counts = await Promise.all(
    [database, ...others].map((one) => one.use((db) => db.selectFrom('events').selectAll().execute())),
  );
  expect(counts).toEqual(Array(5).fill([]));
  await Promise.all(others.map((one) => one.close()));
  await close();
});
