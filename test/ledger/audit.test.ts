import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { listAudit, verifyAudit } from '../../src/ledger/audit';
import type { AuditEntry } from '../../src/ledger/entries';
import { writeEntries } from '../../src/ledger/write';
import { freshLedger } from './fresh-ledger';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
beforeEach(async () => {
  ledger = await freshLedger();
});
afterEach(() => ledger.close());

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  type: 'audit',
  id: randomUUID(),
  project: 'default',
  at: '2026-01-01T00:00:00.123Z',
  actor: 'ada',
  role: 'operator',
  action: 'POST',
  target: '/runs/run%3Aone/cancel',
  reason: null,
  status: 202,
  ...change,
});

const write = (...entries: AuditEntry[]) => ledger.database.use((db) => writeEntries(db, entries));
const verify = (head?: { seq: number; hash: string }) => ledger.database.use((db) => verifyAudit(db, head));

test('whatever is written makes one unbroken chain', async () => {
  const texts = fc.record({ actor: fc.string(), target: fc.string(), reason: fc.option(fc.string()) });
  const printable = (text: string) => text.replaceAll('\0', '');
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 5 }), async (drawn) => {
      await write(
        ...drawn.map(({ actor, target, reason }) =>
          entry({
            actor: printable(actor),
            target: printable(target),
            reason: reason === null ? null : printable(reason),
          }),
        ),
      );
      expect((await verify()).broken).toBeNull();
    }),
    { numRuns: 20 },
  );
});

test('writers at one time append one after another, and an entry that comes again is there once', async () => {
  const entries = Array.from({ length: 40 }, () => entry());
  await Promise.all([...entries, ...entries].map((one) => write(one)));
  expect(await verify()).toMatchObject({ entries: 40, broken: null });
});

test('the database itself refuses to change or remove an entry', async () => {
  await write(entry());
  const forge = (statement: string) => ledger.database.use((db) => sql.raw(statement).execute(db));
  for (const statement of ["update audit set actor = 'eve'", 'delete from audit', 'truncate audit'])
    await expect(forge(statement)).rejects.toThrow('append-only');
});

describe('an administrator of the database who goes around that', () => {
  const forged = async (statement: string) => {
    await ledger.database.use(async (db) => {
      await sql`alter table audit disable trigger all`.execute(db);
      await sql.raw(statement).execute(db);
    });
    return (await verify()).broken;
  };
  beforeEach(() => write(entry({ reason: 'one' }), entry({ reason: 'two' }), entry({ reason: 'three' })));

  it('is found who changes any field', async () => {
    const changes = {
      actor: "'eve'",
      role: "'admin'",
      action: "'GET'",
      target: "'/'",
      reason: 'null',
      status: '500',
      at: 'now()',
      project: "'other'",
      id: 'gen_random_uuid()',
    };
    for (const [field, value] of Object.entries(changes)) {
      const before = await verify();
      expect(before.broken).toBeNull();
      await ledger.database.use((db) => sql.raw('alter table audit disable trigger all').execute(db));
      await ledger.database.use(async (db) => {
        const kept = await db.selectFrom('audit').selectAll().where('seq', '=', 2).executeTakeFirstOrThrow();
        await sql.raw(`update audit set ${field} = ${value} where seq = 2`).execute(db);
        expect((await verify()).broken).toBe('entry 2 was changed');
        await db
          .updateTable('audit')
          .set({ ...kept, at: kept.at.toISOString() })
          .where('seq', '=', 2)
          .execute();
      });
    }
  });
  it('is found who removes an entry', async () => {
    expect(await forged('delete from audit where seq = 2')).toBe('entry 2 is missing');
  });
  it('is found who closes the gap', async () => {
    const closed = 'delete from audit where seq = 2; update audit set seq = 2 where seq = 3';
    expect(await forged(closed)).toBe('entry 2 does not follow the one before');
  });
  it('is found who cuts off the end, by the head of an earlier check', async () => {
    const { head } = await verify();
    expect(await forged('delete from audit where seq = 3')).toBeNull();
    expect((await verify(head)).broken).toBe('entries 3 to 3 are missing');
  });
  it('is found who writes the whole chain anew, by the head of an earlier check', async () => {
    const { head } = await verify();
    await forged('truncate audit');
    await write(entry({ reason: '1' }), entry({ reason: '2' }), entry({ reason: '3' }));
    expect((await verify()).broken).toBeNull();
    expect((await verify(head)).broken).toBe('entry 3 is not the one that was written down');
  });
});

test('the list is narrowed by each field, newest first', async () => {
  await write(
    entry({ actor: 'ada', target: '/runs/1/cancel' }),
    entry({ actor: 'bob', target: '/runs/1/cancel', at: '2026-01-02T00:00:00.000Z' }),
    entry({ actor: 'ada', target: '/runs/2/retry', project: 'other' }),
  );
  const actors = async (filter: object) =>
    (await ledger.database.use((db) => listAudit(db, 'default', filter, 10))).map(({ actor }) => actor);
  expect(await actors({})).toEqual(['bob', 'ada']);
  expect(await actors({ actor: 'ada' })).toEqual(['ada']);
  expect(await actors({ target: '/runs/1/cancel', since: '2026-01-01T12:00:00Z' })).toEqual(['bob']);
  expect(await actors({ until: '2026-01-01T12:00:00Z' })).toEqual(['ada']);
});
