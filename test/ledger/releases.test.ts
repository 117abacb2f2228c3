import type { RunStatus, RunView, StepView } from '../../src/domain/run';
import { listReleases, type ReleaseFilter } from '../../src/ledger/releases';
import { forget } from '../../src/ledger/retention';
import { writeRollback, writeRunEntries } from '../../src/ledger/write';
import { freshLedger } from './fresh-ledger';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
beforeEach(async () => {
  ledger = await freshLedger();
});
afterEach(() => ledger.close());

/** A minute of one day. */
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const digest = `sha256:${'a'.repeat(64)}`;

interface Told {
  status?: RunStatus;
  /** What became of the canary, and when it began and ended. */
  canary?: StepView['status'];
  span: [number, number | null];
  undoneAt?: number;
  service?: string;
  decided?: { actor: string; reason: string };
}

/** A run `run:<name>` that released `r-<name>`. */
function told(name: string, { canary = 'succeeded', span, undoneAt, ...more }: Told): RunView {
  const { status = 'succeeded', service = 'shop', decided = null } = more;
  const release = { service, environment: 'production', id: `r-${name}`, artifact: digest };
  const times = { startedAt: at(span[0]), finishedAt: span[1] === null ? null : at(span[1]) };
  const steps: StepView[] = [
    { id: 'build', uses: 'shell', status: 'succeeded', startedAt: at(0), finishedAt: at(1), detail: null },
    {
      ...{ id: 'release', uses: 'canary', status: canary, ...times, detail: null },
      release: { ...release, configuration: digest, decided },
    },
  ];
  const undo = { step: 'release', status: 'succeeded', startedAt: null, detail: null } as const;
  return {
    ...{ id: `run:${name}`, pipeline: 'deliver', repository: 'acme/shop', service },
    ...{ environment: 'production', commit: `commit-${name}`, eventId: `evt_${name}`, status },
    ...{ reason: status === 'succeeded' ? null : 'errors: 0.3', steps },
    compensations: undoneAt === undefined ? [] : [{ ...undo, finishedAt: at(undoneAt) }],
  };
}

const write = (view: RunView, closedAt: number | null = 59, project = 'default') =>
  ledger.database.use((db) =>
    writeRunEntries(db, [
      {
        ...{ project, view },
        execution: {
          ...{ executionId: view.id, startedAt: at(0) },
          closedAt: closedAt === null ? null : at(closedAt),
        },
      },
    ]),
  );
const rolledBack = (name: string, minute: number) =>
  ledger.database.use((db) =>
    writeRollback(db, {
      ...{ id: `lane/${String(minute)}`, actor: 'ada', reason: 'wrong prices', problem: null },
      lane: { project: 'default', service: 'shop', environment: 'production' },
      release: {
        ...{ id: `r-${name}`, commit: `commit-${name}`, runId: `run:${name}` },
        ...{ artifact: digest, configuration: digest },
      },
      ...{ beganAt: at(minute), liveAt: at(minute) },
    }),
  );
const found = (filter: ReleaseFilter = {}, limit = 10) =>
  ledger.database.use((db) => listReleases(db, 'default', filter, limit));
const said = async (filter?: ReleaseFilter) =>
  (await found(filter)).map(({ release, status, endedAt, replacedBy }) =>
    [release, status, endedAt?.slice(14, 16), replacedBy].filter(Boolean).join(' '),
  );
const liveAt = async (minute: number) => (await found({ at: at(minute) })).map(({ release }) => release);

it.each(['3276-02-28T06:32:05.6+22:08', '0000-01-01T00:00:00-23:59', '9999-12-31T23:59:59-23:59'])(
  'may be asked for the moment %s',
  async (moment) => {
    expect(await found({ at: moment, since: moment, until: moment })).toEqual([]);
  },
);

it('says of each release when it was live and what replaced it, in whatever order that was learnt', async () => {
  await rolledBack('one', 30);
  await write(told('two', { span: [10, 12] }));
  await write(told('one', { span: [1, 2] }));
  await write(told('three', { span: [40, 41], decided: { actor: 'eve', reason: 'urgent' } }));
  expect(await said()).toEqual([
    'r-three live',
    'r-one superseded 41 r-three',
    'r-two rolled-back 30 r-one',
    'r-one superseded 12 r-two',
  ]);
  const [third, back] = await found();
  expect(third).toMatchObject({ cause: 'run', step: 'release', eventId: 'evt_three', actor: 'eve' });
  expect(back).toMatchObject({ cause: 'rollback', runId: 'run:one', actor: 'ada', reason: 'wrong prices' });
});

it('says what was live at a moment, also while a release was there that its run took back', async () => {
  await write(told('one', { span: [1, 2] }));
  await write(told('bad', { status: 'rolled-back', span: [10, 12], undoneAt: 20 }));
  await write(told('worse', { status: 'rolled-back', canary: 'failed', span: [25, 26], undoneAt: 27 }));
  await write(told('other', { span: [3, 4], service: 'cart' }));
  expect(await said({ service: 'shop' })).toEqual(['r-worse aborted 26', 'r-bad undone 20', 'r-one live']);
  expect((await found({ commit: 'commit-bad' }))[0]).toMatchObject({ problem: 'errors: 0.3' });
  expect(await liveAt(1)).toEqual([]);
  expect(await liveAt(11)).toEqual(['r-other', 'r-one']);
  expect(await liveAt(12)).toEqual(['r-bad', 'r-other']);
  expect(await liveAt(20)).toEqual(['r-other', 'r-one']);
});

it('knows a release whose run waits, and that it ended with a run of which nobody can say more', async () => {
  const waiting = told('one', { status: 'waiting', span: [1, 2] });
  await write(waiting, null);
  await write(told('two', { status: 'waiting', canary: 'waiting', span: [5, null] }), null);
  expect(await said()).toEqual(['r-two rolling', 'r-one live']);
  await write({ ...waiting, status: 'failed', reason: 'terminated', steps: [] }, 9);
  expect(await said({ commit: 'commit-one' })).toEqual(['r-one undone 09']);
  expect(await liveAt(8)).toEqual(['r-one']);
  expect(await liveAt(9)).toEqual([]);
});

it('narrows, and goes on where a page ended', async () => {
  for (const [minute, name] of ['a', 'b', 'c'].entries())
    await write(told(name, { span: [minute, minute + 1] }));
  await write(told('d', { span: [1, 2] }), 59, 'other');
  const [last] = await found({}, 1);
  const position = { beganAt: last?.beganAt ?? '', id: last?.id ?? '' };
  const rest = await ledger.database.use((db) => listReleases(db, 'default', {}, 10, position));
  expect([last, ...rest].map((one) => one?.release)).toEqual(['r-c', 'r-b', 'r-a']);
  expect(await said({ since: at(1), until: at(2) })).toEqual(['r-b superseded 03 r-c']);
  expect(await said({ environment: 'staging' })).toEqual([]);
});

it('forgets what was replaced or taken back long ago, and never what is live', async () => {
  await write(told('one', { span: [1, 2] }));
  await write(told('bad', { status: 'rolled-back', span: [3, 4], undoneAt: 5 }));
  await write(told('two', { span: [10, 12] }));
  await write(told('three', { span: [13, 20] }));
  const forgotten = (minute: number) =>
    ledger.database.use((db) => forget(db, 'default', { releases: '1m' }, Date.parse(at(minute + 1))));
  expect(await forgotten(5)).toBe(0);
  expect(await forgotten(15)).toBe(2);
  expect(await said()).toEqual(['r-three live', 'r-two superseded 20 r-three']);
  expect(await forgotten(1_000)).toBe(1);
  expect(await liveAt(1_000)).toEqual(['r-three']);
});
