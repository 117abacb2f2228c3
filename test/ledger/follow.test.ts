import { RunFollower } from '../../src/ledger/follow';
import type { RunGlimpse, RunHistories } from '../../src/ports';
import { freshLedger } from './fresh-ledger';
import { glimpse } from './samples';

let ledger: Awaited<ReturnType<typeof freshLedger>>;
beforeEach(async () => {
  ledger = await freshLedger();
});
afterEach(() => ledger.close());

const at = (ms: number): string => new Date(ms).toISOString();

const run = (id: string, change: Partial<RunGlimpse> = {}): RunGlimpse =>
  glimpse({ id, executionId: `execution of ${id}`, ...change });

/** Histories that hold these runs, and each question that was asked: closed since when, and open ones started since when. */
function histories(runs: RunGlimpse[]) {
  const asked: { closed: string; started: string | undefined }[] = [];
  const read: string[] = [];
  const held: RunHistories = {
    async *changedSince(closed, started) {
      asked.push({ closed, started });
      await Promise.resolve();
      yield* runs.filter(({ closedAt, startedAt }) =>
        closedAt === null ? started === undefined || startedAt >= started : closedAt >= closed,
      );
    },
    closed(ended) {
      read.push(ended.id);
      return Promise.resolve({ ...ended, steps: [], compensations: [] });
    },
    open: () => Promise.resolve(undefined),
  };
  return { held, asked, read, runs };
}

const look = (follower: RunFollower) => ledger.database.use((db) => follower.look(db));
const written = () =>
  ledger.database.use((db) => db.selectFrom('runs').select(['id', 'status']).orderBy('id').execute());

test('the first look is at all that the mark leaves, the next at what is new by the clock of Temporal', async () => {
  // A clock that is a day ahead: the looks in between do not go by that of this machine.
  const now = Date.now() + 24 * 3_600_000;
  const world = histories([run('a', { status: 'succeeded', startedAt: at(now), closedAt: at(now) })]);
  const follower = new RunFollower(world.held);
  await look(follower);
  world.runs.push(
    run('b', { status: 'succeeded', startedAt: at(now), closedAt: at(now + 1000) }),
    run('c', { startedAt: at(now + 1000) }),
  );
  await look(follower);
  expect(world.asked[0]?.started).toBeUndefined();
  expect(world.asked.slice(1)).toEqual([{ closed: at(now - 5_000), started: at(now - 60_000) }]);
  expect(await written()).toEqual([
    { id: 'a', status: 'succeeded' },
    { id: 'b', status: 'succeeded' },
    { id: 'c', status: 'running' },
  ]);
  expect(world.read).toEqual(['a', 'b']);
});

test('a worker that takes over begins with all that the mark leaves, and reads nothing again', async () => {
  const now = Date.now();
  const world = histories([run('a', { status: 'succeeded', startedAt: at(now), closedAt: at(now) })]);
  await look(new RunFollower(world.held));
  const open = run('old', { status: 'waiting', startedAt: at(now - 3_600_000) });
  world.runs.push(open);
  await look(new RunFollower(world.held));
  expect(await written()).toEqual([
    { id: 'a', status: 'succeeded' },
    { id: 'old', status: 'waiting' },
  ]);
  expect(world.read).toEqual(['a']);
});

test('where runs begin and none closes, only those of the last minute are looked at each time', async () => {
  const now = Date.now();
  const world = histories([run('a', { status: 'succeeded', startedAt: at(now), closedAt: at(now) })]);
  const follower = new RunFollower(world.held);
  await look(follower);
  world.runs.push(run('b', { startedAt: at(now + 600_000) }));
  await look(follower);
  await look(follower);
  expect(world.asked.at(-1)).toEqual({ closed: at(now - 5_000), started: at(now + 540_000) });
});
