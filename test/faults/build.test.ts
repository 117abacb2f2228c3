import { processesOf } from '../../scripts/demo/leftovers';
import { isClosed } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

const limitMs = 120_000;
jest.setTimeout(limitMs);

/** The release of a commit was started once, under one generation, and nothing else is kept beside it. */
async function expectOneDeploy(world: World, commit: string): Promise<void> {
  const kept = await world.untilLane(({ live, holder }) => live?.commit === commit && holder === null);
  const { instance } = await until('only one instance is kept', async () => {
    const [only, ...others] = await world.instances();
    return others.length === 0 && only;
  });
  expect(kept.live?.commit).toBe(commit);
  expect(instance).toMatch(/^r-[0-9a-f]+\.\d+$/);
  expect(await world.starts(instance)).toBe(1);
  expect((await world.traffic()).stable?.instance).toBe(instance);
  expect(kept).toMatchObject({ problem: null, traffic: { candidate: null } });
}

describe('a process dies while a build runs', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    const commit = await world.push({ version: 'v1' });
    await world.load();
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('SIGKILL of the worker ends the step with it, and another attempt builds and deploys once', async () => {
    await world.gate.close();
    const commit = await world.push({ version: 'v2' });
    await world.gate.waits(commit, 1);
    const ofWorker = `${world.state}/work/${String(await world.pid('worker'))}-`;
    expect(await processesOf(ofWorker)).not.toEqual([]);
    const worker = await world.kill('worker');
    await until('the step dies with its worker', async () => (await processesOf(ofWorker)).length === 0);

    expect(await world.restarted('worker', worker)).not.toBe(worker);
    await world.gate.waits(commit, 2);
    await world.gate.open();
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
    await expectOneDeploy(world, commit);
    expect(await world.runsOf(commit)).toHaveLength(1);
  });

  it('SIGKILL of Temporal is survived on the same database: the run goes on and deploys once', async () => {
    await world.gate.close();
    const commit = await world.push({ version: 'v3' });
    await world.gate.waits(commit, 1);
    const temporal = await world.kill('temporal');
    // The build ends while nobody can be told.
    await world.gate.open();
    expect(await world.restarted('temporal', temporal)).not.toBe(temporal);
    expect(await world.untilRun(commit, isClosed)).toMatchObject({ status: 'succeeded' });
    await expectOneDeploy(world, commit);
    expect(await world.runsOf(commit)).toHaveLength(1);
  });

  it('answered every request meanwhile', async () => {
    const { failed, versions } = await world.load();
    expect(failed()).toEqual([]);
    expect(versions()).toEqual(new Set(['v1', 'v2', 'v3']));
  });

  it('leaves no process, port, workspace or temporary file', async () => {
    expect(await world.stop()).toEqual([]);
  });
});
