import { earlierRelease } from './world';
import { type Harness, startDevHarness } from './harness';
import { type FakeTarget, fakeTarget, type Lane, releaseNamed, withLane } from './lane-world';
import { reset } from './reset';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const ids = (releases: { id: string }[]) => releases.map(({ id }) => id);
const next = releaseNamed('r-next');

const describe = ({ workflowId }: Lane) =>
  harness.environment.client.workflow.getHandle(workflowId).describe();
const runIdOf = async (lane: Lane) => (await describe(lane)).runId;

/** Signals of no meaning, until the server suggests to continue as new: at 4 MiB of history. */
async function swell(lane: Lane): Promise<void> {
  const env = { SWOLLEN: 'x'.repeat(1_000_000) };
  for (let sent = 0; sent < 5; sent += 1) {
    await lane.finish({ workflowId: 'nobody', runId: 'none' }, { ...next, env });
    // A query waits until the signal was handled: together they would be more than one answer of the server may hold.
    await lane.view();
  }
}

async function untilContinued(lane: Lane, before: string): Promise<void> {
  while ((await runIdOf(lane)) === before);
}

test('a lane that continues as new keeps holder, line, releases, and what a rollback has overruled', async () => {
  const target = fakeTarget();
  await withLane(harness, target, async (lane) => {
    const { request, finish, until, holder, rollback, end } = lane;
    const [a, b, c, d] = [
      await holder('x', 1),
      await holder('y', 1),
      await holder('z', 1),
      await holder('y', 0),
    ];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    await request(b);
    await until(({ holder: now }) => now?.workflowId === b.workflowId);
    await rollback('r-earlier');
    await request(c);
    const before = await until(({ waiting }) => waiting.length === 1);
    const first = await runIdOf(lane);
    await swell(lane);
    await untilContinued(lane, first);
    expect(await lane.view()).toEqual(before);
    await finish(b, releaseNamed('r-overruled'));
    const after = await until(({ holder: now }) => now?.workflowId === c.workflowId);
    expect(after.live?.id).toBe('r-earlier');
    expect(ids(after.earlier)).toEqual(['r-next']);
    expect(after.generation).toBeGreaterThan(before.generation);
    // Who is watched, and which changes are outdated, is not forgotten either.
    await request(d);
    await end(c);
    expect(await until(({ holder: now }) => now === null)).toMatchObject({ waiting: [] });
  });
});

test('a lane does not continue as new in the middle of a rollback, and keeps what ends during one', async () => {
  const target = fakeTarget(earlierRelease, [next]);
  await withLane(harness, target, async (lane) => {
    const { request, finish, until, holder, rollback } = lane;
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, null);
    await until(() => target.settled.length === 1);
    let open: () => void = () => undefined;
    target.gate = new Promise((resolve) => (open = resolve));
    const back = rollback('r-next');
    await until(({ live }) => live?.id === 'r-next');
    const first = await runIdOf(lane);
    await swell(lane);
    await request(b);
    await until(({ holder: now }) => now?.workflowId === b.workflowId);
    await finish(b, releaseNamed('r-last'));
    await until(({ holder: now }) => now === null);
    expect(await runIdOf(lane)).toBe(first);
    open();
    expect((await back).problem).toBeNull();
    await untilContinued(lane, first);
    const after = await lane.view();
    expect(after.live?.id).toBe('r-last');
    expect(ids(after.earlier)).toEqual(['r-next', 'r-earlier']);
  });
});

test('a lane reads what 0.1.0 has carried over', async () => {
  await withLane(harness, fakeTarget(), async (lane) => {
    const { ref, workflowId, taskQueue, until, holder, finish } = lane;
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    const queue = { supersede: true, generation: 200, holder: a, waiting: [b], newest: [] };
    const carried = { queue, releases: { live: next, earlier: [earlierRelease] } };
    const args = [{ lane: ref, carried }];
    await harness.environment.client.workflow.start('lane', { workflowId, taskQueue, args });
    expect(await lane.view()).toMatchObject({ holder: a, waiting: [b], generation: 200, live: next });
    await finish(a, releaseNamed('r-last'));
    const after = await until(({ holder: now }) => now?.workflowId === b.workflowId);
    expect(ids(after.earlier)).toEqual(['r-next', 'r-earlier']);
  });
});

test('a lane that was terminated starts again from what its target remembers', async () => {
  const target = fakeTarget();
  await withLane(harness, target, async ({ request, finish, until, holder, terminate }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    const before = await until(({ holder: now }) => now === null && target.settled.length === 1);
    await terminate();
    await request(b);
    const after = await until(({ holder: now }) => now !== null);
    expect(after.live).toEqual(next);
    expect(ids(after.earlier)).toEqual(['r-earlier']);
    expect(after.generation).toBeGreaterThan(before.generation);
  });
});

/** A deploys, a rollback, another deploys, and a third one holds the lane and has begun to write. */
async function longStory(lane: Lane, target: FakeTarget) {
  const { request, finish, until, holder, rollback } = lane;
  const [a, b, c] = [await holder('x', 1), await holder('y', 1), await holder('z', 1)];
  await request(a);
  await until(({ holder: now }) => now !== null);
  await finish(a, next);
  await until(({ live }) => live?.id === 'r-next');
  await rollback('r-oldest');
  await request(b);
  await until(({ holder: now }) => now !== null);
  await finish(b, releaseNamed('r-last'));
  await request(c);
  const before = await until(({ holder: now }) => now?.workflowId === c.workflowId);
  target.write(before.generation);
  return { before, c };
}

test.each(['its start', 'its first grant'] as const)(
  'a lane that was reset to %s does not do again what has been done since',
  async (to) => {
    const target = fakeTarget(earlierRelease, [releaseNamed('r-oldest')]);
    await withLane(harness, target, async (lane) => {
      const { before, c } = await longStory(lane, target);
      const settled = target.settled.length;
      const first = await runIdOf(lane);
      await reset(harness, lane.workflowId, to);
      expect(await runIdOf(lane)).not.toBe(first);
      const after = await lane.until(({ holder: now }) => now?.workflowId === c.workflowId);
      expect(after).toMatchObject({ live: before.live, earlier: before.earlier, waiting: [] });
      expect(ids(after.earlier)).toEqual(['r-oldest', 'r-next', 'r-earlier']);
      expect(after.generation).toBeGreaterThan(before.generation);
      // The run that held the lane writes on, and its end counts.
      target.write(before.generation);
      expect(target.settled).toHaveLength(settled);
      await lane.finish(c, releaseNamed('r-newest'));
      const last = await lane.until(({ holder: now }) => now === null);
      expect(last).toMatchObject({ live: { id: 'r-newest' }, problem: null });
      expect(ids(last.earlier)).toEqual(['r-last', 'r-oldest', 'r-next', 'r-earlier']);
    });
  },
);
