import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { StoredRelease } from '../../src/ledger/releases';
import { json } from '../gateway/gateway';
import { isClosed } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { Operator } from './operator';

let world: World;
let operator: Operator;
beforeAll(async () => {
  world = await startWorld();
  operator = new Operator(world);
});
afterAll(() => world.stop());

const released = async (query = ''): Promise<StoredRelease[]> =>
  (await json(await world.call(`/releases${query}`))).releases;
const post = (path: string, body: object) =>
  world.call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const untilReleased = (what: string, wanted: (releases: StoredRelease[]) => boolean) =>
  until(what, async () => {
    const releases = await released();
    return wanted(releases) && releases;
  });

let all: StoredRelease[];

test('what was released, by whom, and why it did not stay, is in the ledger', async () => {
  const first = await operator.succeeded('1');
  const second = await operator.held('2');
  expect((await post(`/runs/${encodeURIComponent(second.id)}/promote`, { reason: 'urgent' })).status).toBe(
    200,
  );
  await operator.closed(second.id);
  const third = await operator.held('3');
  expect((await post(`/runs/${encodeURIComponent(third.id)}/abort`, { reason: 'too slow' })).status).toBe(
    200,
  );
  await operator.closed(third.id);
  const { earlier } = await world.lane();
  const back = { release: earlier[0]?.id ?? '', reason: 'wrong prices' };
  expect((await post('/lanes/shop/production/rollback', back)).status).toBe(200);

  all = await untilReleased('all is there', ({ length }) => length === 4);
  expect(all).toMatchObject([
    {
      ...{ cause: 'rollback', status: 'live', commit: first.commit, runId: first.id },
      ...{ release: back.release, actor: 'admin', reason: 'wrong prices', problem: null, endedAt: null },
    },
    {
      ...{ cause: 'run', status: 'aborted', commit: third.commit, runId: third.id, liveAt: null },
      ...{ actor: 'admin', reason: 'too slow' },
    },
    {
      ...{ cause: 'run', status: 'rolled-back', commit: second.commit, replacedBy: back.release },
      ...{ actor: 'admin', reason: 'urgent' },
    },
    { cause: 'run', status: 'superseded', commit: first.commit, actor: null, step: 'release' },
  ]);
  expect(all[2]?.endedAt).toBe(all[0]?.liveAt);
  expect(all[3]?.eventId).toBe(all[0]?.eventId);
  expect(all[1]?.problem).toContain('too slow');
});

test('what ran at a moment is asked for by its time', async () => {
  const [back, , second, first] = all;
  const at = async (time: string | null | undefined) =>
    (await released(`?environment=production&at=${String(time)}`)).map(({ id }) => id);
  expect(await at(first?.beganAt)).toEqual([]);
  expect(await at(second?.beganAt)).toEqual([first?.id]);
  expect(await at(second?.liveAt)).toEqual([second?.id]);
  expect(await at(new Date().toISOString())).toEqual([back?.id]);
});

test('a ledger that was emptied gets all of it back from the histories', async () => {
  const port = (await readFile(join(world.state, 'ledger/data/postmaster.pid'), 'utf8')).split('\n')[3];
  const password = await readFile(join(world.state, 'ledger/password'), 'utf8');
  const database = new Client(`postgres://sagaline:${password}@127.0.0.1:${String(port)}/postgres`);
  await database.connect();
  await database.query(`truncate runs, steps, compensations, releases`);
  await database.end();
  // A run that ended a moment ago is the follower's.
  await post('/ledger/rebuild', {});
  expect(await untilReleased('all is there again', ({ length }) => length === all.length)).toEqual(all);
});

test('the release of a run that was terminated ends with it', async () => {
  const run = await operator.held('4');
  await operator.temporal('give up a run that answers nothing', { run: run.id });
  await world.untilRun(run.commit, isClosed);
  await untilReleased('it ended', ([last]) => last?.commit === run.commit && last.status === 'aborted');
});
