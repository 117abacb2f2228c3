import { pino } from 'pino';
import { CloudEvent, HTTP } from 'cloudevents';
import { NodeHttpClient } from '../../../src/adapters/http/client';
import { ConfiguredSinks } from '../../../src/adapters/sinks';
import { parseConfiguration } from '../../../src/domain/configuration-file';
import type { Outgoing } from '../../../src/ports';
import { startServer, type TestServer } from '../http/server';

let server: TestServer;
beforeAll(async () => {
  server = await startServer((asked, response) => {
    response.writeHead(asked.url === '/broken' ? 500 : 204).end();
  });
});
afterAll(() => server.close());

const yaml = (port: number) => `
apiVersion: sagaline/v1
network: { allow: [127.0.0.0/8] }
sinks:
  - { name: journal, kind: log }
  - { name: chat, kind: webhook, url: "\${env:CHAT_URL}", secret: "\${env:CHAT_TOKEN}" }
  - { name: bus, kind: cloudevents, url: "http://127.0.0.1:${String(port)}/bus", alerts: false }
  - { name: broken, kind: webhook, url: "http://127.0.0.1:${String(port)}/broken", alerts: false }
  - { name: nowhere, kind: webhook, alerts: false }
  - { name: pigeon, kind: pigeons, alerts: false }
`;

function sinks() {
  const configuration = {
    current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml(server.port))),
  };
  const lines: Record<string, unknown>[] = [];
  const variables: Record<string, string> = {
    '${env:CHAT_URL}': `${server.origin}/hooks/T0/pa55word`,
    '${env:CHAT_TOKEN}': 't0ken-of-chat',
  };
  const options = {
    http: new NodeHttpClient(configuration),
    secret: (reference: string) => variables[reference] ?? '',
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
  };
  return { sinks: new ConfiguredSinks(configuration, options), lines };
}

const message: Outgoing = { id: 'id-1', kind: 'message', text: 'shop is live' };
const event: Outgoing = {
  id: 'id-2',
  kind: 'event',
  text: 'service.deployed shop',
  event: {
    type: 'dev.cdevents.service.deployed.0.2.0',
    subject: 'shop',
    time: '2026-11-06T12:00:00.000Z',
    data: { subject: { id: 'shop' } },
    depth: 2,
  },
};

const send = async (name: string, outgoing: Outgoing) => (await sinks().sinks.named(name)).send(outgoing);

test('a webhook gets the text where chat tools look for it, its id and its kind, with the token of the sink', async () => {
  await send('chat', message);
  const asked = server.asked.at(-1);
  expect(asked).toMatchObject({ method: 'POST', url: '/hooks/T0/pa55word' });
  expect(asked?.headers).toMatchObject({
    authorization: 'Bearer t0ken-of-chat',
    'content-type': 'application/json',
    'idempotency-key': 'id-1',
  });
  expect(JSON.parse(asked?.body ?? '')).toEqual({ text: 'shop is live', id: 'id-1', kind: 'message' });
  await send('chat', event);
  expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toMatchObject({
    id: 'id-2',
    kind: 'event',
    event: event.event,
  });
});

test('a sink for CloudEvents gets what every receiver of version 1.0 accepts', async () => {
  await send('bus', event);
  const asked = server.asked.at(-1)!;
  const read = HTTP.toEvent<unknown>({ headers: asked.headers, body: asked.body });
  if (!(read instanceof CloudEvent)) throw new Error('one event was sent');
  expect(read.validate()).toBe(true);
  expect(read.toJSON()).toMatchObject({
    specversion: '1.0',
    sagalinedepth: 2,
    id: 'id-2',
    source: 'sagaline',
    type: 'dev.cdevents.service.deployed.0.2.0',
    subject: 'shop',
    time: '2026-11-06T12:00:00.000Z',
    data: { subject: { id: 'shop' } },
  });
  await send('bus', message);
  expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toMatchObject({
    id: 'id-1',
    type: 'dev.sagaline.message',
    data: { text: 'shop is live' },
  });
});

test('the log of the platform holds messages as information and alerts as warnings', async () => {
  const { sinks: all, lines } = sinks();
  const journal = await all.named('journal');
  await journal.send(message);
  await journal.send({ ...message, kind: 'alert' });
  expect(lines).toMatchObject([
    { level: 30, sink: 'journal', id: 'id-1', kind: 'message', msg: 'shop is live' },
    { level: 40, kind: 'alert' },
  ]);
});

test('what is set up wrongly says so when it is used, and says what would be right', async () => {
  await expect(send('nobody', message)).rejects.toMatchObject({
    code: 'NotFound',
    detail: 'sagaline.yaml has no sink nobody; it has: journal, chat, bus, broken, nowhere, pigeon',
  });
  await expect(send('pigeon', message)).rejects.toMatchObject({
    code: 'InvalidConfiguration',
    detail: 'sink pigeon: no kind pigeons; there are: log, webhook, cloudevents',
  });
  await expect(send('nowhere', message)).rejects.toMatchObject({
    code: 'InvalidConfiguration',
    detail: 'sink nowhere: the kind webhook needs a url',
  });
  await expect(send('broken', message)).rejects.toMatchObject({
    code: 'CallFailed',
    detail: 'sink broken answered 500',
  });
});

test('events go where machines read, alerts where sagaline.yaml does not refuse them', async () => {
  const { sinks: all, lines } = sinks();
  const before = server.asked.length;
  const events = await all.forEvents();
  const ends = await Promise.allSettled(events.map((sink) => sink.send(event)));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(server.asked.slice(before).map(({ url }) => url)).toEqual(['/bus']);
  const alerts = await all.forAlerts();
  await Promise.all(alerts.map((sink) => sink.send({ ...message, kind: 'alert' })));
  expect(server.asked.slice(before + 1).map(({ url }) => url)).toEqual(['/hooks/T0/pa55word']);
  expect(lines).toHaveLength(2);
});
