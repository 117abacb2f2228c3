import { stringify } from 'yaml';
import { isClosed } from '../support/api';
import type { LiveLoad } from '../support/live-load';
import { pipelineOf } from '../support/service';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

const limitMs = 120_000;
jest.setTimeout(limitMs);

/** Answers that show that a split is in force, or that it is not: with a weight of 20 % a silent candidate is no chance. */
const enough = 100;

describe('the worker dies while a canary runs', () => {
  let world: World;
  let load: LiveLoad;
  let good: string;

  beforeAll(async () => {
    world = await startWorld();
    good = await world.push({ version: 'v1' });
    load = await world.load();
    expect(await world.untilRun(good, isClosed)).toMatchObject({ status: 'succeeded' });
  });
  afterAll(async () => {
    await world.stop();
  });

  /** Kills the worker for good as soon as users meet the candidate, and waits for the end of its lease. */
  async function loseWorkerDuring(version: string): Promise<number> {
    // Searched for before, because a bad version may be found out meanwhile.
    const kill = await world.aim('worker');
    world.freeze();
    await load.more(1, version);
    const worker = kill();
    await until('the lease runs out', async () => (await world.traffic()).lapsed);
    // Requests under way when the lease ended may still be answered by the candidate.
    await load.more(enough);
    return worker;
  }

  /** Nobody but the last good release answers, although nobody is there to say so. */
  async function expectOnlyGood(versionOfGood: string): Promise<void> {
    const from = load.answers.length;
    await load.more(enough);
    expect(load.versions(from)).toEqual(new Set([versionOfGood]));
    expect(load.failed(from)).toEqual([]);
  }

  it('a healthy version is promoted by the worker that comes back, and no request fails', async () => {
    const commit = await world.push({ version: 'v2' });
    await load.more(1, 'v2');
    const worker = await world.kill('worker');
    expect(await world.restarted('worker', worker)).not.toBe(worker);
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
    expect(await world.untilLane(({ holder }) => holder === null)).toMatchObject({ live: { commit } });
    expect(load.failed()).toEqual([]);
    good = commit;
  });

  it('a healthy version gets nothing after its lease, and goes on when a worker is there again', async () => {
    const commit = await world.push({ version: 'v3' });
    const worker = await loseWorkerDuring('v3');
    await expectOnlyGood('v2');
    expect(await world.pid('worker')).toBeUndefined();

    world.thaw();
    expect(await world.restarted('worker', worker)).not.toBe(worker);
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
    expect(await world.untilLane(({ holder }) => holder === null)).toMatchObject({ live: { commit } });
    expect(load.failed()).toEqual([]);
    good = commit;
  });

  it('a bad version gets nothing after its lease, and is rolled back when a worker is there again', async () => {
    // Long enough that the worker is killed before it finds out, on a busy machine too.
    const pipeline = stringify(pipelineOf(world.gate.file, '5s'));
    const files = { '.sagaline/deliver.yaml': pipeline };
    const commit = await world.push({ version: 'bad', failShare: 0.5, files });
    const worker = await loseWorkerDuring('bad');
    await expectOnlyGood('v3');

    world.thaw();
    expect(await world.restarted('worker', worker)).not.toBe(worker);
    expect(await world.untilRun(commit, isClosed)).toMatchObject({
      status: 'rolled-back',
      compensations: [{ step: 'release', status: 'succeeded' }],
    });
    await load.more(enough);
    await expectOnlyGood('v3');
    expect(await world.untilLane(({ holder }) => holder === null)).toMatchObject({
      live: { commit: good },
      traffic: { candidate: null, weight: 0 },
    });
    // Only what the bad candidate itself answered has failed.
    expect(new Set(load.failed().map(({ version }) => version))).toEqual(new Set(['bad']));
  });

  it('leaves no process, port, workspace or temporary file', async () => {
    expect(await world.stop()).toEqual([]);
  });
});
