import { randomUUID } from 'node:crypto';
import { configurationSchema } from '../../src/domain/configuration';
import { parsePublicEventId } from '../../src/domain/event-id';
import { eventKey, inboxId, runWorkflowId } from '../../src/domain/identity';
import { firstAdmin } from '../../src/gateway/authentication';
import { bearer, expectProblem, json, signalled, startGateway, type TestGateway, token } from './gateway';

const project = `p${randomUUID().slice(0, 8)}`;
const configuration = configurationSchema.parse({
  apiVersion: 'sagaline/v1',
  project,
  repositories: [{ name: 'acme/shop', url: '/unused' }],
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(undefined, {
    configuration: { current: () => Promise.resolve(configuration) },
    credentials: () =>
      Promise.resolve([
        { actor: firstAdmin, token },
        { actor: { ...firstAdmin, name: 'ada' }, token: 'a-token-of-ada' },
      ]),
  });
});
afterAll(() => gateway.stop());

const wanted = {
  pipeline: 'deliver',
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  inputs: { level: 'high' },
};

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/runs`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

it('is an event in Temporal when it is answered, and says what its run is called', async () => {
  const answer = await post(wanted, { authorization: 'Bearer a-token-of-ada' });
  expect(answer.status).toBe(202);
  const accepted = await json(answer);
  const subject = 'acme/shop:refs/heads/main';
  const inbox = inboxId(project, 'manual', subject);
  const key = eventKey('manual', accepted.deliveryId);
  const runId = runWorkflowId(project, 'acme/shop', 'deliver', key);
  expect(accepted).toEqual({
    ...{ id: expect.any(String), deliveryId: expect.any(String), source: 'manual', subject, inbox, runId },
    links: { self: expect.stringMatching(/^\/events\/evt_/), run: `/runs/${encodeURIComponent(runId)}` },
  });
  expect(parsePublicEventId(accepted.id)).toEqual({ inbox, key });
  const events = await signalled(gateway.client, inbox);
  expect(events.filter((event) => event['key'] === key)).toEqual([
    expect.objectContaining({
      ...{ kind: 'manual', source: 'manual', bodyHash: '', deliveryId: accepted.deliveryId },
      data: { ...wanted, author: 'ada' },
    }),
  ]);
});

it('needs no inputs, and is another event each time', async () => {
  const bare = { ...wanted, inputs: undefined };
  const [one, other] = [await json(await post(bare)), await json(await post(bare))];
  expect(one.runId).not.toBe(other.runId);
  const events = await signalled(gateway.client, one.inbox);
  expect(events.find((event) => event['deliveryId'] === one.deliveryId)).toMatchObject({
    data: { inputs: {} },
  });
});

it('is the same event and the same run for the same Idempotency-Key', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const [one, again] = [await json(await post(wanted, key)), await json(await post(wanted, key))];
  expect(one.deliveryId).toBe(key['idempotency-key']);
  expect(again).toEqual(one);
});

it('says of the Idempotency-Key what it does when it comes with another body', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const first = await json(await post(wanted, key));
  const answer = await post({ ...wanted, inputs: { level: 'low' } }, key);
  expect([answer.status, await json(answer)]).toEqual([202, first]);
  const { paths } = await json(await fetch(`${gateway.url}/openapi.json`));
  expect(paths['/runs'].post.parameters).toEqual([
    expect.objectContaining({
      ...{ name: 'Idempotency-Key', in: 'header' },
      description: expect.stringContaining('the first that arrives counts'),
    }),
  ]);
});

it.each([
  ['no pipeline', { ...wanted, pipeline: undefined }, 'pipeline'],
  ['no repository', { ...wanted, repository: undefined }, 'repository'],
  ['no ref', { ...wanted, ref: undefined }, 'ref'],
  ['a short ref', { ...wanted, ref: 'main' }, 'ref: must start with refs/'],
  ['a ref that is code', { ...wanted, ref: 'refs/heads/$(id)' }, 'ref: has a character'],
  [
    'a repository that is a path',
    { ...wanted, repository: '../shop' },
    'repository: must look like owner/name',
  ],
  ['inputs that are a list', { ...wanted, inputs: ['high'] }, 'inputs'],
  ['an author of its own', { ...wanted, author: 'eve' }, 'author'],
  ['a field that is not known', { ...wanted, branch: 'main' }, 'branch'],
  ['inputs over the size of an event', { ...wanted, inputs: { text: 'x'.repeat(40_000) } }, 'bytes'],
  ['a body that is no JSON', '{', ''],
])('with %s is refused, naming it', async (_, body, named) => {
  const { detail } = await expectProblem(await post(body), 400, 'Malformed');
  expect(detail).toContain(named);
});

it('with an Idempotency-Key that no header should hold is refused', async () => {
  const answer = await post(wanted, { 'idempotency-key': 'x'.repeat(201) });
  expect(await expectProblem(answer, 400, 'Malformed')).toMatchObject({
    detail: expect.stringContaining('Idempotency-Key'),
  });
});

it('of a repository that is not registered is not found', async () => {
  const problem = await expectProblem(await post({ ...wanted, repository: 'evil/shop' }), 404, 'NotFound');
  expect(problem['detail']).toContain('evil/shop');
});

it('needs a token', async () => {
  await expectProblem(await post(wanted, { authorization: '' }), 401, 'Unauthenticated');
});
