import { randomUUID } from 'node:crypto';
import type { EventRecord } from '../../src/domain/event';
import { expectProblem, json, sendHook, sign } from '../gateway/gateway';
import { pushPayload } from '../gateway/payloads';
import { isClosed } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { delivery } from './pipelines';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Sends a payload signed with the platform's secret. */
const send = (payload: unknown, headers: Record<string, string> = {}) => {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return sendHook(world.gateway(), body, {
    headers: { 'x-hub-signature-256': sign(body, world.secret), ...headers },
  });
};

/** What was decided about an event, once it is. */
const decided = (id: string): Promise<EventRecord> =>
  until(`a decision about ${id}`, async () => {
    const answer = await world.call(`/events/${id}`);
    if (!answer.ok) return false;
    const record: EventRecord = await json(answer);
    return record.status === 'routed' && record;
  });

const accepted = async (answer: Response): Promise<EventRecord> => {
  expect(answer.status).toBe(202);
  return decided((await json(answer)).id);
};

const runs = async (): Promise<unknown[]> => (await json(await world.call('/runs'))).runs;

test('a wrong signature, truncated JSON and a body over the limit are refused, and leave nothing', async () => {
  const payload = JSON.stringify(pushPayload());
  await expectProblem(
    await send(payload, { 'x-hub-signature-256': sign(payload, 'another secret') }),
    401,
    'Unauthenticated',
  );
  await expectProblem(await send(payload.slice(0, -10)), 400, 'Malformed');
  const large = JSON.stringify({ filler: 'x'.repeat(25 * 1024 * 1024) });
  await expectProblem(await send(large), 413, 'TooLarge');
  expect(await world.temporalCli('workflow', 'list')).not.toContain('inbox:');
});

test('an unregistered repository is recorded as such', async () => {
  const foreign = pushPayload({ repository: { full_name: 'evil/shop' } });
  const { decisions } = await accepted(await send(foreign));
  expect(decisions).toEqual([
    { pipeline: null, matched: false, reason: 'repository not registered', runId: null },
  ]);
});

test.each(['refs/heads/--upload-pack=x', 'refs/heads/$(id)'])(
  'a branch named %s is kept as not understood, with the field that is wrong',
  async (ref) => {
    const problem = await expectProblem(await send(pushPayload({ ref })), 422, 'NotUnderstood');
    expect(problem['detail']).toContain('ref');
    const { decisions } = await decided(String(problem['id']));
    expect(decisions).toMatchObject([{ matched: false, runId: null }]);
  },
);

test('a pipeline file with an error is named with line and field where its event is shown', async () => {
  const files = delivery(world, { change: { on: [{ event: 'push', wen: 'true' }] } });
  const commit = await world.push({ version: 'broken', files });
  const { decisions } = await accepted(await send(pushPayload({ ref: 'refs/heads/other', after: commit })));
  expect(decisions).toMatchObject([{ pipeline: '.sagaline/deliver.yaml', matched: false, runId: null }]);
  expect(decisions[0]?.reason).toMatch(/^\.sagaline\/deliver\.yaml:\d+:\d+: on\[0\].*wen/);
  expect(await runs()).toEqual([]);
});

test('a pipeline may not deploy to an environment that does not allow it', async () => {
  const files = delivery(world, { change: { name: 'hotfix' } });
  const run = await world.untilRun(await world.push({ version: 'forbidden', files }), isClosed);
  expect(run).toMatchObject({ status: 'failed', compensations: [] });
  expect(run.reason).toBe('pipeline hotfix may not deploy to production; allowed: deliver');
  expect(run.steps.map(({ id, status }) => [id, status])).toEqual([
    ['build', 'succeeded'],
    ['test', 'succeeded'],
    ['migrate', 'failed'],
    ['verify', 'skipped'],
    ['release', 'skipped'],
  ]);
  expect(await world.instances()).toEqual([]);
  expect((await world.call('/lanes/shop/production')).status).toBe(404);
});

test('the same delivery sent 50 times at once has one run', async () => {
  const commit = await world.push({ version: 'many', files: delivery(world, { verify: 'exit 1' }) });
  await world.untilRun(commit, isClosed);
  const payload = pushPayload({ ref: 'refs/heads/main', before: commit, after: commit, created: false });
  const headers = { 'x-github-delivery': randomUUID() };
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(payload, headers)));
  const ids = await Promise.all(answers.map(async (answer) => (await json(answer)).id as string));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const [id = '', ...others] = new Set(ids);
  expect(others).toEqual([]);
  const { decisions } = await decided(id);
  const [started] = decisions.map(({ runId }) => runId);
  await until('both runs are listed', async () => (await world.runsOf(commit)).length >= 2);
  const all = await world.runsOf(commit);
  expect(all).toHaveLength(2);
  expect(all).toContain(started);
});
