import { isClosed } from '../support/api';
import type { LiveLoad } from '../support/live-load';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

const limitMs = 120_000;
jest.setTimeout(limitMs);

const enough = 100;

/** Time in ms until clients know that a connection has ended. */
const inFlightMs = 500;

describe('what serves dies, or all that controls it', () => {
  let world: World;
  let load: LiveLoad;
  let good: string;

  beforeAll(async () => {
    world = await startWorld();
    good = await world.push({ version: 'v1' });
    load = await world.load();
    expect(await world.untilRun(good, isClosed)).toMatchObject({ status: 'succeeded' });
    await world.untilLane(({ holder }) => holder === null);
  });
  afterAll(async () => {
    await world.stop();
  });

  /** From here on every request is answered by v1. */
  async function expectServing(): Promise<void> {
    const from = load.answers.length;
    await load.more(enough, 'v1');
    expect(load.failed(from)).toEqual([]);
    expect(load.versions(from)).toEqual(new Set(['v1']));
  }

  /** Kills the router, at the time that is returned; its agent starts it again on the same port, where the same load goes on. */
  async function expectRouterBack(): Promise<number> {
    // After each holder a lane writes once more, at the first sequence of a generation of its own.
    await until('the lane is settled', async () => (await world.traffic()).fence.sequence === 0);
    const before = await world.traffic();
    const router = await world.kill('router');
    const killed = Date.now();
    expect(await world.restarted('router', router)).not.toBe(router);
    await until('the router answers', () =>
      world.traffic().then(
        (traffic) => traffic.url === before.url,
        () => false,
      ),
    );
    const back = Date.now();
    await load.more(4 * enough, 'v1');
    expect(load.failedSince(back)).toEqual([]);
    await expectServing();
    expect(await world.traffic()).toEqual(before);
    return killed;
  }

  it('a run terminated in mid-canary: its lane restores the last good release, and the next push deploys', async () => {
    const commit = await world.push({ version: 'v2' });
    await load.more(1, 'v2');
    const { generation } = await world.lane();
    const [id = ''] = await world.runsOf(commit);
    await world.temporalCli('workflow', 'terminate', '--workflow-id', id, '--reason', 'fault test');
    const restored = await world.untilLane(
      ({ traffic, holder }) => traffic?.candidate === null && holder === null,
    );
    expect(restored).toMatchObject({ live: { commit: good }, problem: null });
    expect(restored.generation).toBeGreaterThan(generation);
    await load.more(enough, 'v1');
    await expectServing();
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'failed' });

    const next = await world.push({ version: 'v1', files: { 'note.txt': 'the same service again' } });
    expect(await world.untilRun(next, isClosed)).toMatchObject({ status: 'succeeded' });
    expect(await world.untilLane(({ holder }) => holder === null)).toMatchObject({ live: { commit: next } });
    expect(load.failed()).toEqual([]);
  });

  it('SIGKILL of the router costs what it was answering: what comes later waits for the next one', async () => {
    const killed = await expectRouterBack();
    expect(load.failedSince(killed + inFlightMs)).toEqual([]);
  });

  it('SIGKILL of the agent costs no request, and another agent takes over', async () => {
    const from = load.answers.length;
    const agent = await world.kill('agent');
    expect(await world.restarted('agent', agent)).not.toBe(agent);
    await expectServing();
    expect(load.failed(from)).toEqual([]);
  });

  it('with worker, gateway and Temporal all stopped, router and agent may die as well', async () => {
    const from = load.answers.length;
    await world.stopPlatform();
    for (const name of ['worker', 'gateway', 'temporal'] as const)
      expect(await world.pid(name)).toBeUndefined();
    await load.more(enough, 'v1');
    expect(load.failed(from)).toEqual([]);

    await expectRouterBack();

    const afterRouter = load.answers.length;
    await world.kill('agent');
    await load.more(enough, 'v1');
    expect(load.failed(afterRouter)).toEqual([]);

    await world.startPlatform();
    await until('a new agent runs', () => world.pid('agent'));
    const commit = await world.push({ version: 'v4' });
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
    expect(load.failed(afterRouter)).toEqual([]);
  });

  it('leaves no process, port, workspace or temporary file', async () => {
    expect(await world.stop()).toEqual([]);
  });
});
