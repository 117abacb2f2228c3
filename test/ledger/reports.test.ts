import { sql } from 'kysely';
import { pino } from 'pino';
import type { CommitStatus } from '../../src/domain/commit-status';
import { configurationSchema } from '../../src/domain/configuration';
import { SagalineError } from '../../src/domain/errors';
import { writeStatuses } from '../../src/ledger/reports';
import { sendReports } from '../../src/ledger/send-reports';
import { writeEntries } from '../../src/ledger/write';
import type { ReportedStatus } from '../../src/ports';
import { freshLedger } from './fresh-ledger';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
let told: ReportedStatus[];
let lines: { level: number; attempts?: number; problem?: string; msg: string }[];
beforeEach(async () => {
  ledger = await freshLedger();
  told = [];
  lines = [];
});
afterEach(() => ledger.close());

const status = (change: Partial<CommitStatus> = {}): CommitStatus => ({
  ...{ repository: 'acme/shop', commit: 'a'.repeat(40), context: 'sagaline/deliver', state: 'pending' },
  ...{ description: 'runs', link: '/runs/1', since: '2026-01-01T00:00:00.000Z' },
  ...change,
});
const write = (change?: Partial<CommitStatus>, project = 'default') =>
  ledger.database.use((db) => writeStatuses(db, [{ project, status: status(change) }]));
const rows = () => ledger.database.use((db) => db.selectFrom('reports').selectAll().execute());
const set = (assignment: string) =>
  ledger.database.use((db) => sql`update reports set ${sql.raw(assignment)}`.execute(db));

const configuration = configurationSchema.parse({ apiVersion: 'sagaline/v1' });
const send = (
  act: (sent: ReportedStatus, signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
  signal = new AbortController().signal,
) =>
  ledger.database.use((db) =>
    sendReports(
      db,
      {
        reporter: {
          report: (sent, given) => {
            told.push(sent);
            return act(sent, given);
          },
        },
        configuration: { current: () => Promise.resolve(configuration) },
        publicUrl: 'https://sagaline.example',
        log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      },
      signal,
    ),
  );
const refuse = (code: 'CallFailed' | 'NotFound') => () =>
  Promise.reject(new SagalineError(code, 'github answered 500'));

it('sends a status once, with a link, and again when another takes its place', async () => {
  await write();
  await send();
  await send();
  expect(told).toEqual([
    {
      ...{ repository: 'acme/shop', commit: 'a'.repeat(40), context: 'sagaline/deliver', state: 'pending' },
      ...{ description: 'runs', url: 'https://sagaline.example/runs/1' },
    },
  ]);
  await write({ state: 'success', description: 'succeeded' });
  await write({ state: 'success', description: 'succeeded' });
  await send();
  await send();
  expect(told.map(({ state }) => state)).toEqual(['pending', 'success']);
});

it('keeps the newest only: of one run the last, of two runs that of the one which began later', async () => {
  await write({ since: '2026-01-02T00:00:00.000Z', state: 'success', link: '/runs/2' });
  await write({ since: '2026-01-01T00:00:00.000Z', state: 'failure', link: '/runs/1' });
  await write({ since: '2026-01-01T00:00:00.000Z', context: 'sagaline/other', state: 'failure' });
  await send();
  expect(told.map(({ context, state }) => [context, state]).sort()).toEqual([
    ['sagaline/deliver', 'success'],
    ['sagaline/other', 'failure'],
  ]);
});

it('takes statuses from a spool, once however often they are shipped', async () => {
  const entry = { type: 'status' as const, project: 'default', status: status({ state: 'error' }) };
  await ledger.database.use((db) => writeEntries(db, [entry, entry]));
  await send();
  await ledger.database.use((db) => writeEntries(db, [entry]));
  await send();
  expect(told).toHaveLength(1);
});

it('sends what came while an older status was under way, whatever became of that', async () => {
  await write();
  await send(() => write({ state: 'success' }));
  await send(async () => {
    await write({ state: 'failure' });
    return refuse('CallFailed')();
  });
  await send();
  await send();
  expect(told.map(({ state }) => state)).toEqual(['pending', 'success', 'failure']);
  expect(await rows()).toMatchObject([{ state: 'failure', next_at: null, last_error: null }]);
});

it('waits longer after each failure, and forgets them when it was taken', async () => {
  await write();
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await send(refuse('CallFailed'));
    await send(refuse('CallFailed'));
    const [wait] = await ledger.database.use((db) =>
      db
        .selectFrom('reports')
        .select(sql<number>`round(extract(epoch from next_at - now()))::int`.as('seconds'))
        .execute(),
    );
    waits.push(wait?.seconds ?? NaN);
    await set('next_at = now()');
  }
  expect(told).toHaveLength(4);
  expect(waits).toEqual([1, 2, 4, 8]);
  expect(lines.map(({ level, attempts, problem }) => [level, attempts, problem])).toEqual(
    [1, 2, 3, 4].map((attempts) => [40, attempts, 'github answered 500']),
  );
  expect(await rows()).toMatchObject([{ attempts: 4, last_error: 'github answered 500', sent_at: null }]);
  await send();
  expect(await rows()).toMatchObject([{ last_error: null, next_at: null, sent_at: expect.any(Date) }]);
});

it('gives up after a day, and says so', async () => {
  await write();
  await set(`changed_at = now() - interval '23 hours'`);
  await send(refuse('CallFailed'));
  await set(`next_at = now(), changed_at = now() - interval '25 hours'`);
  await send(refuse('CallFailed'));
  expect(await rows()).toMatchObject([{ attempts: 2, next_at: null, sent_at: null }]);
  expect(lines.map(({ level }) => level)).toEqual([40, 50]);
  await write({ state: 'success' });
  await send();
  expect(told.at(-1)?.state).toBe('success');
});

it('gives up at once what sagaline.yaml does not want any more', async () => {
  await write();
  await send(refuse('NotFound'));
  expect(await rows()).toMatchObject([{ next_at: null, sent_at: null }]);
});

it('is done by one worker at a time', async () => {
  await write();
  let free = (): void => undefined;
  const first = send(() => new Promise<void>((resolve) => (free = resolve)));
  while (told.length === 0)
    await sql`select 1`.execute(await ledger.database.use((db) => Promise.resolve(db)));
  await send();
  free();
  await first;
  expect(told).toHaveLength(1);
});

it('leaves to the next worker what one was sending when it ended', async () => {
  await write();
  const stopping = new AbortController();
  await send((_, signal) => {
    stopping.abort();
    signal.throwIfAborted();
    return Promise.resolve();
  }, stopping.signal);
  expect(await rows()).toMatchObject([{ attempts: 0, sent_at: null, last_error: null }]);
  await send();
  expect(told).toHaveLength(2);
});

it('sends those of its own project only', async () => {
  await write({}, 'another');
  await send();
  expect(told).toEqual([]);
});
