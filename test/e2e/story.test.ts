import type { LaneView } from '../../src/domain/lane';
import type { RunView } from '../../src/domain/run';
import { expectProblem, json } from '../gateway/gateway';
import { isClosed, type RunSeen } from '../support/api';
import type { LiveLoad } from '../support/live-load';
import { startWorld, type World } from '../support/world';
import { delivery, type Shape } from './pipelines';

/** The first weight of the pipeline, in percent. */
const firstWeight = 20;

let world: World;
let load: LiveLoad;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const push = (version: string, shape: Shape = {}, failShare = 0) =>
  world.push({ version, failShare, files: delivery(world, { canary: 'judged', ...shape }) });

const ended = (commit: string): Promise<RunSeen> => world.untilRun(commit, isClosed);
/** What was undone, in the order in which that began. */
async function undone({ id }: RunSeen): Promise<string[]> {
  const { compensations }: RunView = await json(await world.call(`/runs/${encodeURIComponent(id)}`));
  return compensations
    .toSorted((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''))
    .map(({ step, status }) => `${step} ${status}`);
}

const lane = async (): Promise<LaneView> => json(await world.call('/lanes/shop/production'));

const post = (path: string, body: unknown) =>
  world.call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Who answers now: what was on its way when a change came has arrived before. */
async function serving(version: string): Promise<Set<string | null>> {
  await load.more(50, version);
  const from = load.answers.length;
  await load.more(50);
  return load.versions(from);
}

const commits: string[] = [];
const failedRuns: string[] = [];

test('version 1 is released, and judged on live requests although there is nothing to compare with', async () => {
  const commit = await push('1');
  load = await world.load();
  expect(await ended(commit)).toMatchObject({ status: 'succeeded' });
  expect(await lane()).toMatchObject({ live: { commit }, earlier: [], holder: null, problem: null });
  commits.push(commit);
});

test('version 2 is promoted weight by weight, with not one failed request', async () => {
  const from = load.answers.length;
  const commit = await push('2');
  expect(await ended(commit)).toMatchObject({ status: 'succeeded', compensations: expect.any(Array) });
  expect(await serving('2')).toEqual(new Set(['2']));
  expect(load.failed(from)).toEqual([]);
  expect(await lane()).toMatchObject({ live: { commit }, earlier: [{ commit: commits[0] }] });
  commits.push(commit);
});

test('version 3 fails for some requests, is taken back, and met no more than the first weight', async () => {
  const from = load.answers.length;
  const run = await ended(await push('3', {}, 0.3));
  expect(run).toMatchObject({ status: 'rolled-back' });
  expect(run.reason).toContain('errors');
  expect(await undone(run)).toEqual(['release succeeded', 'migrate succeeded']);
  expect(await lane()).toMatchObject({ live: { commit: commits[1] } });

  await load.more(50, '2');
  const answers = load.answers.slice(from);
  const isBad = ({ version }: (typeof answers)[number]) => version === '3';
  const during = answers.slice(answers.findIndex(isBad), answers.findLastIndex(isBad) + 1);
  const met = during.filter(isBad).length;
  expect(load.failed(from).length).toBeGreaterThan(0);
  expect(load.failed(from).filter((answer) => !isBad(answer))).toEqual([]);
  // Whole requests are counted, and both ends of the stretch are answers of the candidate.
  expect(met).toBeLessThanOrEqual(Math.ceil((during.length * firstWeight) / 100) + 1);
  failedRuns.push(run.id);
});

test('version 4 fails its tests: nothing is deployed, and its log says why', async () => {
  const before = await world.instances();
  const from = load.answers.length;
  const run = await ended(await push('4', { test: 'echo 0123456789 is not a price; exit 3' }));
  expect(run).toMatchObject({ status: 'failed', compensations: [] });
  expect((await world.instances()).map(({ instance }) => instance)).toEqual(
    before.map(({ instance }) => instance),
  );
  await load.more(50);
  expect(load.versions(from)).toEqual(new Set(['2']));
  expect(load.failed(from)).toEqual([]);

  const logs = `/runs/${encodeURIComponent(run.id)}/steps/test/logs`;
  const whole = await (await world.call(logs)).text();
  expect(whole).toContain('0123456789 is not a price');
  const at = whole.indexOf('0123456789');
  const part = await world.call(logs, { headers: { range: `bytes=${String(at)}-${String(at + 9)}` } });
  expect([part.status, await part.text()]).toEqual([206, '0123456789']);
  expect(part.headers.get('content-range')).toBe(
    `bytes ${String(at)}-${String(at + 9)}/${String(Buffer.byteLength(whole))}`,
  );
  const beyond = await world.call(logs, { headers: { range: 'bytes=1000000-' } });
  await expectProblem(beyond, 416, 'RangeNotSatisfiable');
  failedRuns.push(run.id);
});

test('runs and lanes are listed, by their status, with links that can be followed', async () => {
  const { runs } = await json(await world.call('/runs'));
  expect(runs.map(({ status }: RunSeen) => status)).toEqual([
    ...['failed', 'rolled-back'],
    ...['succeeded', 'succeeded'],
  ]);
  const rolledBack = await json(await world.call('/runs?status=rolled-back'));
  expect(rolledBack.runs.map(({ id }: RunSeen) => id)).toEqual([failedRuns[0]]);
  const { links } = await json(await world.call(`/runs/${encodeURIComponent(failedRuns[0] ?? '')}`));
  expect((await json(await world.call(links.event))).decisions).toMatchObject([
    { pipeline: 'deliver', matched: true, runId: failedRuns[0] },
  ]);
  expect((await world.call(links.logs.build)).status).toBe(200);
  const { lanes } = await json(await world.call('/lanes'));
  expect(lanes).toMatchObject([{ service: 'shop', environment: 'production', traffic: { candidate: null } }]);
});

test('an operator goes back to an earlier release, without one failed request', async () => {
  const from = load.answers.length;
  const [earlier] = (await lane()).earlier;
  const body = { release: earlier?.id, reason: 'customers prefer it' };
  const answer = await post('/lanes/shop/production/rollback', body);
  expect([answer.status, (await json(answer)).live.commit]).toEqual([200, commits[0]]);
  expect(await serving('1')).toEqual(new Set(['1']));
  expect(load.failed(from)).toEqual([]);
  expect(await lane()).toMatchObject({ live: { commit: commits[0] }, earlier: [{ commit: commits[1] }] });
  const unknown = { release: 'r-000000000000', reason: 'a mistake' };
  await expectProblem(await post('/lanes/shop/production/rollback', unknown), 409, 'WrongState');
});

test('a run that is cancelled in mid-canary undoes what it did', async () => {
  const commit = await push('5', { canary: 'held' });
  await load.more(10, '5');
  const from = load.answers.length;
  const [id = ''] = await world.runsOf(commit);
  const answer = await post(`/runs/${encodeURIComponent(id)}/cancel`, { reason: 'not today' });
  expect(answer.status).toBe(202);
  const run = await ended(commit);
  expect(run.status).toBe('cancelled');
  expect(await undone(run)).toEqual(['release succeeded', 'migrate succeeded']);
  expect(await lane()).toMatchObject({ live: { commit: commits[0] }, holder: null, problem: null });
  expect(await serving('1')).toEqual(new Set(['1']));
  expect(load.failed(from)).toEqual([]);
});
