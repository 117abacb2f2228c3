import { listEvents } from '../../src/ledger/events';
import { forget } from '../../src/ledger/retention';
import { writeEntries, writeRunEntries } from '../../src/ledger/write';
import type { RunView } from '../../src/domain/run';
import { freshLedger } from './fresh-ledger';
import { pushed, routed } from './samples';

const now = Date.parse('2026-03-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString();

const view = (id: string): RunView => ({
  ...{
    id,
    pipeline: 'ci',
    repository: 'acme/shop',
    service: null,
    environment: null,
    commit: 'c',
    eventId: 'e',
  },
  ...{ status: 'succeeded', reason: null, compensations: [] },
  steps: [
    { id: 'build', uses: 'shell', status: 'succeeded', startedAt: null, finishedAt: null, detail: null },
  ],
});

test('what is older than its retention goes, and nothing else', async () => {
  const { database, close } = await freshLedger();
  const event = (days: number, subject = 'a') =>
    ({
      type: 'event',
      project: 'default',
      record: routed(pushed({ receivedAt: daysAgo(days), subject })),
    }) as const;
  await database.use(async (db) => {
    await writeEntries(db, [event(10), event(50), event(10, 'dead-letter'), event(50, 'dead-letter')]);
    await writeEntries(db, [{ ...event(50), project: 'other' }]);
    for (const [id, days] of [
      ['run:old', 50],
      ['run:new', 10],
      ['run:open', null],
    ] as const)
      await writeRunEntries(db, [
        {
          ...{ project: 'default', view: view(id) },
          execution: {
            executionId: id,
            startedAt: daysAgo(100),
            closedAt: days === null ? null : daysAgo(days),
          },
        },
      ]);
    expect(await forget(db, 'default', {}, now)).toBe(0);
    expect(await forget(db, 'default', { events: '30d' }, now)).toBe(1);
    expect((await listEvents(db, 'default', {}, 10)).map(({ event: { subject } }) => subject)).toEqual([
      'dead-letter',
      'a',
      'dead-letter',
    ]);
    expect(await forget(db, 'default', { deadLetters: '30d', runs: '30d' }, now)).toBe(2);
    const runs = await db.selectFrom('runs').select('id').orderBy('id').execute();
    expect(runs.map(({ id }) => id)).toEqual(['run:new', 'run:open']);
    expect((await db.selectFrom('steps').select('run_id').execute()).length).toBe(2);
    expect((await listEvents(db, 'other', {}, 10)).length).toBe(1);
  });
  await close();
});

test('what was missed goes with the events of its time', async () => {
  const { database, close } = await freshLedger();
  await database.use(async (db) => {
    const missed = (guid: string, days: number, project = 'default') => ({
      ...{
        project,
        guid,
        hook: 'https://api.example/app/hook',
        attempt: '1',
        event: 'push',
        status_code: 502,
      },
      ...{ first_at: daysAgo(days), last_at: daysAgo(days) },
    });
    const rows = [missed('old', 50), missed('new', 10), missed('foreign', 50, 'other')];
    await db.insertInto('missed_deliveries').values(rows).execute();
    const left = () => db.selectFrom('missed_deliveries').select('guid').orderBy('guid').execute();
    await forget(db, 'default', { deadLetters: '30d', runs: '30d' }, now);
    expect(await left()).toHaveLength(3);
    await forget(db, 'default', { events: '30d' }, now);
    expect(await left()).toEqual([{ guid: 'foreign' }, { guid: 'new' }]);
  });
  await close();
});
