import { configurationSchema, type PlatformConfiguration } from '../../src/domain/configuration';
import type { RunView } from '../../src/domain/run';
import { RunFollower } from '../../src/ledger/follow';
import { statusesOf } from '../../src/ledger/run-statuses';
import type { RunGlimpse } from '../../src/ports';
import { freshLedger } from './fresh-ledger';
import { glimpse } from './samples';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
beforeEach(async () => {
  ledger = await freshLedger();
});
afterEach(() => ledger.close());

const reported = configurationSchema.parse({
  apiVersion: 'sagaline/v1',
  repositories: [
    {
      name: 'acme/shop',
      url: '/unused',
      report: { kind: 'github', url: 'https://api.github.com', credential: 'bot' },
    },
    { name: 'acme/quiet', url: '/unused' },
  ],
});

const view = (run: RunGlimpse, reason: string): RunView => ({ ...run, reason, steps: [], compensations: [] });

/** What is to be told after each look at the runs, in turn. */
async function after(
  looks: RunGlimpse[][],
  { closed, open }: { closed?: string; open?: string } = {},
  current: () => Promise<PlatformConfiguration> = () => Promise.resolve(reported),
) {
  const seen: unknown[][] = [];
  for (const runs of looks) {
    const histories = {
      async *changedSince() {
        yield* runs;
        await Promise.resolve();
      },
      closed: (run: RunGlimpse) => Promise.resolve(closed === undefined ? undefined : view(run, closed)),
      open: (run: RunGlimpse) => Promise.resolve(open === undefined ? undefined : view(run, open)),
    };
    const statusOf = statusesOf({ current }, histories, () => Promise.resolve(['hunter2-of-the-shop']));
    await ledger.database.use((db) => new RunFollower(histories, statusOf).look(db));
    const rows = await ledger.database.use((db) => db.selectFrom('reports').selectAll().execute());
    seen.push(rows.map(({ context, state, description }) => `${context} ${state}: ${description}`));
  }
  return seen;
}

it('are those of runs that begin, wait and end', async () => {
  const startedAt = new Date().toISOString();
  const closedAt = startedAt;
  const one = (change: Partial<RunGlimpse>) => [glimpse({ startedAt, ...change })];
  expect(
    await after([one({}), one({ status: 'waiting' }), one({ status: 'failed', closedAt })], {
      open: 'waits for approval by team-a',
      closed: 'step build failed',
    }),
  ).toEqual([
    ['sagaline/deliver pending: runs'],
    ['sagaline/deliver pending: waits for approval by team-a'],
    ['sagaline/deliver failure: failed: step build failed'],
  ]);
});

it('do without what nobody can say any more', async () => {
  const closedAt = new Date().toISOString();
  expect(await after([[glimpse({ status: 'waiting' })]])).toEqual([['sagaline/deliver pending: waits']]);
  expect(await after([[glimpse({ status: 'superseded', closedAt })]])).toEqual([
    ['sagaline/deliver cancelled: superseded'],
  ]);
});

it('hold no secret', async () => {
  const closedAt = new Date().toISOString();
  const closed = 'login with hunter2-of-the-shop was refused';
  expect(await after([[glimpse({ status: 'failed', closedAt })]], { closed })).toEqual([
    ['sagaline/deliver failure: failed: login with [secret] was refused'],
  ]);
});

it('are of no repository without `report`, and of none while there is no valid sagaline.yaml', async () => {
  expect(await after([[glimpse({ repository: 'acme/quiet' })]])).toEqual([[]]);
  expect(await after([[glimpse({ id: 'run:2' })]], {}, () => Promise.reject(new Error('not valid')))).toEqual(
    [[]],
  );
  const runs = await ledger.database.use((db) => db.selectFrom('runs').select('id').execute());
  expect(runs).toHaveLength(2);
});
