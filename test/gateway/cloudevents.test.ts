import { randomUUID } from 'node:crypto';
import { type CloudEvent, CloudEvent as Event, HTTP } from 'cloudevents';
import { startServer } from '../adapters/http/server';
import { bearer, expectProblem, json, signalled, startGateway, type TestGateway } from './gateway';

let gateway: TestGateway;
beforeAll(async () => {
  const secretsOf = (source: string) =>
    Promise.resolve(source === 'events' ? ['a secret for senders'.replaceAll(' ', '-')] : []);
  gateway = await startGateway(undefined, { secretsOf });
});
afterAll(() => gateway.stop());

const image = { repository: 'registry.example/shop', tag: 'v1', digest: 'sha256:00' };
const eventOf = (change: Partial<CloudEvent<unknown>> = {}) =>
  new Event<unknown>({
    id: randomUUID(),
    source: '/registry',
    type: 'dev.sagaline.image',
    time: '2026-01-01T00:00:00Z',
    data: image,
    ...change,
  });

function post(headers: Record<string, unknown>, body: unknown, auth: Record<string, string> = bearer) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${gateway.url}/events`, {
    method: 'POST',
    headers: { ...(headers as Record<string, string>), ...auth },
    body: text,
  });
}

async function arrived(inbox: string, deliveryId: string) {
  return (await signalled(gateway.client, inbox)).filter((event) => event['deliveryId'] === deliveryId);
}

const structured = { 'content-type': 'application/cloudevents+json' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };

describe.each([
  ['binary', HTTP.binary],
  ['structured', HTTP.structured],
])('a CloudEvent in %s mode', (_, serialise) => {
  it('is in Temporal when it is answered', async () => {
    const event = eventOf();
    const { headers, body } = serialise(event);
    const answer = await post(headers, body);
    expect(answer.status).toBe(202);
    const accepted = await json(answer);
    expect(accepted).toMatchObject({ deliveryId: event.id, source: '/registry', subject: image.repository });
    expect(await arrived(accepted.inbox, event.id)).toEqual([
      expect.objectContaining({ kind: 'image', time: '2026-01-01T00:00:00.000Z', bodyHash: '', data: image }),
    ]);
  });

  it.each([
    ['data that is not valid', eventOf({ data: { tag: 'v1' } })],
    ['a kind that is not known', eventOf({ type: 'dev.sagaline.unheard' })],
    ['no data where some is needed', eventOf({ data: undefined })],
  ])('with %s is kept as a dead letter', async (_name, event) => {
    const { headers, body } = serialise(event);
    const problem = await expectProblem(await post(headers, body ?? ''), 422, 'NotUnderstood');
    const [kept] = await arrived(String(problem['inbox']), event.id);
    expect(kept).toMatchObject({ kind: 'custom', subject: 'dead-letter', data: { eventName: event.type } });
  });
});

it('of a type that is not known is recorded with it', async () => {
  const { headers, body } = HTTP.binary(eventOf({ type: 'com.example.someevent', subject: 'some' }));
  const accepted = await json(await post(headers, body));
  const [kept] = await arrived(accepted.inbox, accepted.deliveryId);
  expect(kept).toMatchObject({
    kind: 'custom',
    data: { event: 'com.example.someevent', subject: 'some', data: image },
  });
});

it('in binary mode has the percent-encoding of its headers taken back, where it is one', async () => {
  const { headers, body } = HTTP.binary(eventOf());
  for (const [id, deliveryId] of [
    ['Euro%20%E2%82%AC%00', 'Euro €'],
    ['100%', '100%'],
  ]) {
    const accepted = await json(await post({ ...headers, 'ce-id': id }, body));
    expect(accepted).toMatchObject({ deliveryId });
  }
});

describe('a batch', () => {
  it('is answered with one answer each, in order', async () => {
    const events = [
      eventOf(),
      eventOf({ data: { ...image, repository: 'registry.example/other' } }),
      eventOf(),
    ];
    const answer = await post(batched, events);
    expect(answer.status).toBe(202);
    const accepted = await json(answer);
    expect(accepted.map(({ deliveryId }: { deliveryId: string }) => deliveryId)).toEqual(
      events.map(({ id }) => id),
    );
    const order = await signalled(gateway.client, accepted[0].inbox);
    const own = order
      .map((event) => event['deliveryId'])
      .filter((id) => id === events[0]?.id || id === events[2]?.id);
    expect(own).toEqual([events[0]?.id, events[2]?.id]);
  });

  it('may be empty', async () => {
    expect(await json(await post(batched, []))).toEqual([]);
  });

  it('tells which of its events are dead letters, and keeps all', async () => {
    const events = [eventOf(), eventOf({ data: {} })];
    const problem = await expectProblem(await post(batched, events), 422, 'NotUnderstood');
    expect(problem).toMatchObject({ deliveryId: events[1]?.id, subject: 'dead-letter' });
    expect(problem['events']).toHaveLength(2);
  });

  it('with something that is no CloudEvent is refused as a whole', async () => {
    const answer = await post(batched, [eventOf(), { id: '1' }]);
    await expectProblem(answer, 400, 'Malformed');
  });

  it('of too many events is refused', async () => {
    const answer = await post(
      batched,
      Array.from({ length: 101 }, () => eventOf()),
    );
    await expectProblem(answer, 413, 'TooLarge');
  });
});

describe('what is no CloudEvent', () => {
  const good = { specversion: '1.0', id: '1', source: '/a', type: 'dev.sagaline.custom' };
  it.each([
    ['no id', { ...good, id: undefined }],
    ['an empty id', { ...good, id: '' }],
    ['no source', { ...good, source: undefined }],
    ['a source that is no URI', { ...good, source: 'a b' }],
    ['no type', { ...good, type: undefined }],
    ['another version', { ...good, specversion: '0.3' }],
    ['a time that is none', { ...good, time: 'yesterday' }],
    ['an attribute name with capitals', { ...good, partitionKey: 'x' }],
    ['data_base64 that is no JSON', { ...good, data_base64: '////' }],
    ['an array', [good]],
    ['nothing', null],
  ])('for %s is refused', async (_, body) => {
    await expectProblem(await post(structured, body), 400, 'Malformed');
  });

  it.each([
    [{ 'content-type': 'text/plain', 'ce-id': '1' }, 415, 'UnsupportedMediaType'],
    [{ 'content-type': 'application/json' }, 400, 'Malformed'],
    [structured, 400, 'Malformed'],
  ])('is refused with the headers %j', async (headers, status, code) => {
    await expectProblem(await post(headers, '{"a":'), status, code);
  });

  it('accepts data in base64', async () => {
    const data_base64 = Buffer.from(JSON.stringify({ a: 1 })).toString('base64');
    const accepted = await json(await post(structured, { ...good, id: 'b64', data_base64 }));
    expect(await arrived(accepted.inbox, 'b64')).toMatchObject([{ kind: 'custom', data: { a: 1 } }]);
  });

  it('leaves keys of prototypes behind', async () => {
    const body = JSON.stringify({ ...good, id: 'proto', data: { a: 1 } }).replace(
      '"a":1',
      '"a":1,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}',
    );
    const accepted = await json(await post(structured, body));
    const [event] = await arrived(accepted.inbox, 'proto');
    expect(event?.['data']).toEqual({ a: 1 });
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('who may send', () => {
  it.each([
    ['nobody without a token', {}],
    ['nobody with a wrong one', { authorization: 'Bearer wrong' }],
    ['nobody with an empty one', { authorization: 'Bearer ' }],
    ['nobody with a password', { authorization: 'Basic YTpi' }],
  ])('%s', async (_, auth) => {
    const answer = await post(structured, eventOf(), auth);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    await expectProblem(answer, 401, 'Unauthenticated');
  });

  it('who has a secret of the source events', async () => {
    const answer = await post(structured, eventOf(), { authorization: 'Bearer a-secret-for-senders' });
    expect(answer.status).toBe(202);
    const control = await fetch(`${gateway.url}/runs`, {
      headers: { authorization: 'Bearer a-secret-for-senders' },
    });
    await expectProblem(control, 401, 'Unauthenticated');
  });

  const shake = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/events`, { method: 'OPTIONS', headers });

  it('calls nobody back, and opens nothing without a token', async () => {
    const callback = await startServer((_, response) => void response.end());
    const origin = { 'WebHook-Request-Origin': 'unknown.example' };
    const answer = await shake({ ...origin, 'WebHook-Request-Callback': `${callback.origin}/validate` });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    await expectProblem(await post({ ...structured, ...origin }, eventOf(), {}), 401, 'Unauthenticated');
    expect(callback.asked).toEqual([]);
    await callback.close();
  });

  it.each(['', 'a b', 'x'.repeat(513), 'gr\u00fcn.example', 'a\tb'])(
    'refuses an origin that is no name: %j',
    async (origin) => {
      const answer = await shake({ 'WebHook-Request-Origin': origin });
      expect(answer.headers.get('webhook-allowed-origin')).toBeNull();
      await expectProblem(answer, 400, 'Malformed');
    },
  );

  it('is asked for by the handshake of CloudEvents webhooks', async () => {
    const headers = { 'WebHook-Request-Origin': 'sender.example', 'WebHook-Request-Callback': gateway.url };
    const answer = await fetch(`${gateway.url}/events`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('webhook-allowed-origin')).toBe('sender.example');
    expect(answer.headers.get('webhook-allowed-rate')).toBe('*');
    expect(answer.headers.get('allow')).toContain('POST');
  });
});
