import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaneView } from '../../src/domain/lane';
import type { RunView } from '../../src/domain/run';
import { json } from '../gateway/gateway';
import { isClosed } from '../support/api';
import { until } from '../support/until';
import { acted, isAlive, pids, settings, tell, undone, versions } from './train-seen';
import { broken, configured, currencies, gated, reconfiguredTwice, train, version } from './train-files';
import { example, type Said, type Service, services, startTrainWorld, type TrainWorld } from './train-world';

/** Enough answers to have met every process that still gets requests. */
const plenty = 40;

/** A train is long, and the machine may be busy. */
jest.setTimeout(150_000);

let world: TrainWorld;
beforeAll(async () => {
  world = await startTrainWorld();
});
afterAll(async () => {
  expect(await world.stop()).toEqual([]);
});

const view = async (id: string): Promise<RunView> =>
  json(await world.call(`/runs/${encodeURIComponent(id)}`));
const lane = async (service: Service): Promise<LaneView> =>
  json(await world.call(`/lanes/${service}/production`));

/** The view of a run when that has ended. */
const ended = (id: string): Promise<RunView> =>
  until(`${id} has ended`, async () => {
    return isClosed(await world.run(id)) && view(id);
  });

/** What every service says of itself. */
async function live(): Promise<Record<Service, Said>> {
  const [worker, api, web] = [await world.ask('worker'), await world.ask('api'), await world.ask('web')];
  return { worker, api, web };
}

/** The only thing that any service says of itself, in as many answers as it takes to meet a second process. */
async function settled(): Promise<Record<Service, Said>> {
  const first = await live();
  for (let at = 0; at < plenty; at++) expect(await live()).toEqual(first);
  return first;
}

const counts = (): Record<Service, number> => ({
  worker: world.answers('worker').length,
  api: world.answers('api').length,
  web: world.answers('web').length,
});
/** Versions of the failed answers of a service from a count on. */
const failures = (service: Service, from: Record<Service, number>) =>
  world
    .answers(service)
    .slice(from[service])
    .filter(({ status }) => status !== 200)
    .map(({ version: of }) => of);

/** Pushes, and resolves with commit and run when all but the last release of the train is live and it stands at its smoke test. */
async function standing(files: Record<string, string>): Promise<{ commit: string; id: string }> {
  await world.gate.close();
  const commit = await world.push({ ...gated(world.gate.file), ...files });
  await world.gate.waits(commit, 1);
  await world.more(plenty);
  const [id = ''] = await world.runsOf(commit);
  return { commit, id };
}

test('the first train releases every service, one after the other, on the migrated schema', async () => {
  expect(await world.schema()).toBe(0);
  const loads = world.startLoads();
  const run = await view((await world.untilRun(await world.push({}), isClosed)).id);
  expect(run).toMatchObject({ status: 'succeeded' });
  await loads;
  expect(acted(run)).toEqual(['migrate', 'release-worker', 'release-api', 'release-web']);
  const said = await settled();
  expect([versions(said), settings(said)]).toEqual([
    ['1.0.0', '1.0.0', '1.0.0'],
    ['2', 'EUR', 'light'],
  ]);
  expect(await world.schema()).toBe(1);
});

test('a failure in the last release takes all back, in reverse, to the very processes that were live', async () => {
  const [before, from] = [await settled(), counts()];
  const { id } = await standing({
    ...(await train(configured({ worker: '3', api: 'USD', web: 'dark' }, ['worker']))),
    ...version('api', '2.0.0'),
    ...version('web', '2.0.0', broken),
    ...currencies,
  });
  const during = await settled();
  expect([versions(during), settings(during)]).toEqual([
    ['1.0.0', '2.0.0', '1.0.0'],
    ['3', 'USD', 'light'],
  ]);
  expect(await world.schema()).toBe(2);
  expect(pids(before).map(isAlive)).toEqual([true, true, true]);

  await world.gate.open();
  const run = await ended(id);
  expect(run).toMatchObject({ status: 'rolled-back' });
  expect(run.reason).toContain('errors');
  expect(await settled()).toEqual(before);
  expect(await world.schema()).toBe(1);
  expect(acted(run)).toEqual(['migrate', 'release-worker', 'release-api', 'release-web']);
  expect(undone(run)).toEqual(
    ['release-web', 'release-api', 'release-worker', 'migrate'].map((step) => `${step} succeeded`),
  );
  await until('what was taken back has ended', () => ![during.worker.pid, during.api.pid].some(isAlive));

  await world.more(plenty);
  expect([failures('worker', from), failures('api', from)]).toEqual([[], []]);
  expect(failures('web', from).length).toBeGreaterThan(0);
  expect(new Set(failures('web', from))).toEqual(new Set(['2.0.0']));
  for (const service of services) {
    expect(await lane(service)).toMatchObject({ holder: null, problem: null, earlier: [] });
  }
  tell(run);
});

test('while a good train holds its lanes another pipeline waits; the old processes end with the train', async () => {
  const [before, from] = [await settled(), counts()];
  const code = await readFile(join(example, 'services/web/answer.js'), 'utf8');
  const { commit, id } = await standing({ ...version('api', '3.0.0'), ...version('web', '3.0.0', code) });
  const wanted = {
    pipeline: 'reconfigure',
    repository: 'acme/harbour',
    ref: 'refs/heads/main',
    inputs: { batch: 1 },
  };
  const started = await world.call('/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  expect(started.status).toBe(202);
  const { runId } = (await json(started)) as { runId: string };
  const hotfix = await until('the other pipeline waits for the lane of the train', async () => {
    const { waiting, holder } = await lane('worker');
    return holder?.commit === commit && waiting.find(({ workflowId }) => workflowId === runId);
  });
  expect(hotfix).toBeDefined();
  expect(await view(runId)).toMatchObject({ status: 'waiting', compensations: [] });
  const during = await settled();
  expect(settings(during)).toEqual(['3', 'USD', 'light']);
  expect(pids(before).map(isAlive)).toEqual([true, true, true]);

  await world.gate.open();
  const [first, second] = [await ended(id), await ended(runId)];
  expect([first.status, second.status]).toEqual(['succeeded', 'succeeded']);

  const said = await settled();
  expect([versions(said), settings(said)]).toEqual([
    ['1.0.0', '3.0.0', '3.0.0'],
    ['1', 'USD', 'dark'],
  ]);
  expect(await lane('worker')).toMatchObject({
    live: { runId, env: { SETTING: '1' } },
    earlier: [{ commit, env: { SETTING: '3' } }, { env: { SETTING: '2' } }],
  });
  expect(await world.schema()).toBe(2);
  await until('the processes of before have ended', () => !pids(before).some(isAlive));
  await world.more(plenty);
  expect(services.map((service) => failures(service, from))).toEqual([[], [], []]);
});

test('a train that releases one service twice and another unchanged goes back to the very same processes', async () => {
  const [before, from] = [await settled(), counts()];
  const { id } = await standing({
    ...(await train((steps) =>
      reconfiguredTwice('7')(configured({ worker: '5', api: 'USD', web: 'dark' })(steps)),
    )),
    ...version('worker', '4.0.0'),
    ...version('web', '4.0.0', broken),
  });
  const during = await settled();
  expect(during).toMatchObject({ worker: { version: '4.0.0', setting: '7' }, web: before.web });
  expect(pids(before).map(isAlive)).toEqual([true, true, true]);

  await world.gate.open();
  const run = await ended(id);
  expect(undone(run)).toEqual(
    ['release-web', 'release-api', 'reconfigure-worker', 'release-worker', 'migrate'].map(
      (step) => `${step} succeeded`,
    ),
  );
  // The release of api is equal to the live one, and still its process of before has to go on: secrets may differ.
  expect(await settled()).toEqual(before);
  await world.more(plenty);
  expect([failures('worker', from), failures('api', from)]).toEqual([[], []]);
  expect(new Set(failures('web', from))).toEqual(new Set(['4.0.0']));
});
