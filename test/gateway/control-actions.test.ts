import { randomUUID } from 'node:crypto';
import type { Actor } from '../../src/gateway/authentication';
import { TemporalGateway } from '../../src/gateway/temporal';
import { TemporalRuns } from '../../src/gateway/temporal-runs';
import { type StandIn, startStandIn } from './control-stand-in';
import { expectProblem, json, startGateway, type TestGateway } from './gateway';

const people: Actor[] = [
  { name: 'ada', role: 'operator', teams: ['ops', 'shop'], aliases: ['ada@example.org'], environments: null },
  { name: 'bob', role: 'operator', teams: ['shop'], aliases: [], environments: null },
  { name: 'root', role: 'admin', teams: ['*'], aliases: [], environments: null },
];
const tokenOf = (name: string) => `a-token-of-${name}`;

let gateway: TestGateway;
let standIn: StandIn;
beforeAll(async () => {
  const credentials = people.map((actor) => ({ actor, token: tokenOf(actor.name) }));
  gateway = await startGateway(undefined, { credentials: () => Promise.resolve(credentials) });
  standIn = await startStandIn(gateway);
});
afterAll(async () => {
  await standIn.stop();
  await gateway.stop();
});

const post = (path: string, body?: unknown, name = 'ada') =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(name)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const actions = ['approve', 'reject'] as const;
const outcomes = { approve: 'succeeded', reject: 'failed' } as const;

it('is in the wrong state for a run that closes between the look at it and the action', async () => {
  const { id, path, handle } = await standIn.start();
  await handle.query('state');
  const seen = await handle.describe();
  await handle.terminate();
  const { client } = gateway;
  const runs = new TemporalRuns(client, 'default', new TemporalGateway(client, 'default'));
  jest.spyOn(runs, 'describe').mockResolvedValueOnce(seen);
  const request = { reason: '', actor: 'ada', teams: ['ops'], aliases: [] };
  await expect(runs.answer(id, 'approve', request)).rejects.toMatchObject({ code: 'WrongState' });
  await expectProblem(await post(`${path}/approve`), 409, 'WrongState');
});

describe.each(actions)('%s', (action) => {
  it('hands the run who acts, of which teams and under which other names, and answers with the run', async () => {
    const { id, path } = await standIn.start();
    const answer = await post(`${path}/${action}`, { step: 'gate', reason: 'looked at it' });
    const view = await json(answer);
    expect({ status: answer.status, view }).toMatchObject({
      status: 200,
      view: {
        id,
        status: outcomes[action],
        links: { self: path, logs: { gate: `${path}/steps/gate/logs` } },
      },
    });
    expect(JSON.parse(view.reason)).toEqual({
      ...{ step: 'gate', reason: 'looked at it', actor: 'ada' },
      ...{ teams: ['ops', 'shop'], aliases: ['ada@example.org'] },
    });
  });

  it('needs neither a step nor a reason, and an admin is of every team', async () => {
    const { path } = await standIn.start();
    const view = await json(await post(`${path}/${action}`, undefined, 'root'));
    expect(JSON.parse(view.reason)).toEqual({
      reason: '',
      actor: 'root',
      teams: ['*'],
      aliases: [],
    });
  });

  it('is refused as the run refuses it: by whom it may not be, and where nothing waits', async () => {
    const { path, handle } = await standIn.start();
    const foreign = await expectProblem(await post(`${path}/${action}`, {}, 'bob'), 403, 'NotAllowed');
    expect(foreign['detail']).toBe('bob is no member of ops');
    const idle = await expectProblem(await post(`${path}/${action}`, { step: 'build' }), 409, 'WrongState');
    expect(idle['detail']).toBe('no approval waits at build');
    expect(await handle.query('state')).toMatchObject({ status: 'waiting' });
    await handle.terminate();
    await expectProblem(await post(`${path}/${action}`), 409, 'WrongState');
  });

  it('without a worker is unavailable', async () => {
    const { path, handle } = await standIn.start({ taskQueue: `nobody-${randomUUID()}` });
    const answer = await post(`${path}/${action}`);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    await expectProblem(answer, 503, 'Unavailable');
    await handle.terminate();
  });

  it.each([
    [{ step: 1 }, 'step'],
    [{ reason: 'x'.repeat(1001) }, 'reason'],
    [{ actor: 'root' }, 'actor'],
    [{ teams: ['ops'] }, 'teams'],
    [{ aliases: [] }, 'aliases'],
  ])('is refused with the body %j, naming the field', async (body, named) => {
    const { detail } = await expectProblem(await post(`/runs/run:x/${action}`, body), 400, 'Malformed');
    expect(detail).toContain(named);
  });

  it('of what is no run is not found', async () => {
    await expectProblem(await post(`/runs/run:no:such/${action}`), 404, 'NotFound');
    await expectProblem(await post(`/runs/inbox:a:b:c/${action}`), 404, 'NotFound');
  });
});
