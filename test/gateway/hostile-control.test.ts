import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationSchema } from '../../src/domain/configuration';
import { examples } from '../../src/gateway/operation-examples';
import { operations } from '../../src/gateway/operations';
import { type OpenLedger, openLedger } from '../../src/ledger/open';
import type { SagalineEvent } from '../../src/domain/event';
import { freshDatabase, silent } from '../ledger/fresh-ledger';
import { routed, unmatched } from '../ledger/samples';
import { naughtyTexts } from '../support/naughty';
import { until } from '../support/until';
import { bearer, expectProblem, json, signalled, startGateway, type TestGateway } from './gateway';
import { pathsOf, withValue } from './payloads';

const project = `n${randomUUID().slice(0, 8)}`;
let folder: string;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let ledger: OpenLedger;
let gateway: TestGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-hostile-'));
  database = await freshDatabase();
  const repositories = [{ name: 'acme/shop', url: '/unused' }];
  const configuration = configurationSchema.parse({ apiVersion: 'sagaline/v1', project, repositories });
  const current = () => Promise.resolve(configuration);
  ledger = await openLedger(database.url, { state: folder, environment: {} }, { current }, silent);
  gateway = await startGateway(undefined, { ledger, configuration: { current } });
});
afterAll(async () => {
  await gateway.stop();
  await ledger.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Neither a fault of the gateway nor one of what is behind it. */
async function expectNoFault(calls: readonly (() => Promise<Response>)[]): Promise<void> {
  const faults: string[] = [];
  for (let at = 0; at < calls.length; at += 20) {
    const answers = await Promise.all(calls.slice(at, at + 20).map((call) => call()));
    for (const answer of answers) {
      const text = await answer.text();
      if (answer.status >= 500) faults.push(`${answer.url} ${String(answer.status)} ${text}`);
    }
  }
  expect(faults).toEqual([]);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
}

/** A path of the API with these values in the place of its parameters. */
const filled = (path: string, value: string) => path.replaceAll(/:\w+/g, encodeURIComponent(value));
const get = (path: string) => () => fetch(`${gateway.url}${path}`, { headers: bearer });
const post = (path: string, body: string | Buffer) => () =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body,
  });
/** `fetch` takes well-formed texts only. */
const texts = naughtyTexts.map((text) => text.replace(/\p{Cs}/gu, '\ufffd'));
/** A fifth of them, another one for each call: all for all would take minutes. Those with controls are in each. */
const fifth = (at: number) =>
  texts.filter((text, index) => index % 5 === at % 5 || /[^\P{Cc}\n\t]|\ufffd/u.test(text));

/** A rebuild reads every history that there is, which is too much to ask for so often. */
const own = operations.filter(({ path, open }) => !open && path !== '/ledger/rebuild');
const bodied = own
  .filter(({ method, path }) => method === 'post' && path !== '/events')
  .map(({ method, path }): [string, unknown] => [path, examples[`${method} ${path}`]?.body]);

it('an action with a naughty reason is in the audit, and so is what comes after it', async () => {
  const reasons = texts.filter((text) => text.length <= 1000);
  for (const reason of ['a\u0000b', '\ud800', ...reasons.slice(-8)])
    await (await post('/runs/run:x/cancel', JSON.stringify({ reason }))()).text();
  await (await post('/runs/run:last/cancel', JSON.stringify({ reason: 'the last' }))()).text();
  await until('the last is there', async () => {
    const { audit } = await json(await get('/audit?target=/runs/run:last/cancel')());
    return audit.length > 0;
  });
  const { audit } = await json(await get('/audit?target=/runs/run:x/cancel&limit=10')());
  expect(audit).toHaveLength(10);
});

describe.each(bodied)('POST %s', (path, example) => {
  const target = filled(path, 'run:x');
  const good = JSON.stringify(example);

  it.each<[string, Buffer | string]>([
    ['half a body', good.slice(0, -1)],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"reason":"'), Buffer.from([0xff]), Buffer.from('"}')])],
    ['a raw NUL', good.replace('":', '\0":')],
    ['10,000 levels', `{"reason":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['no JSON', 'constructor'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a text', '"x"'],
  ])('refuses %s', async (_, body) => {
    await expectProblem(await post(target, body)(), 400, 'Malformed');
  });

  it('answers each field removed, nulled and retyped', async () => {
    const strange = [
      undefined,
      null,
      0,
      -1,
      1e308,
      true,
      '',
      '\u0000',
      '\ud800',
      'x'.repeat(9_000),
      [],
      {},
      [[]],
    ];
    const bodies = pathsOf(example).flatMap((at) =>
      strange.map((value) => JSON.stringify(withValue(example, at, value) ?? '')),
    );
    await expectNoFault(bodies.map((body) => post(target, body)));
  });

  it('leaves keys of prototypes behind, or refuses them', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    const bodies = keys.map((key) => `{"${key}":{"polluted":1},${good.slice(1)}`);
    await expectNoFault(bodies.map((body) => post(target, body)));
    expect({}).not.toHaveProperty('polluted');
  });

  it('answers naughty texts in the place of its own', async () => {
    const paths = pathsOf(example).filter((at) => typeof at.reduce(inner, example) === 'string');
    const naughty = (text: string) => paths.reduce<unknown>((body, at) => withValue(body, at, text), example);
    const some = fifth(bodied.findIndex(([other]) => other === path));
    await expectNoFault(some.map((text) => post(target, JSON.stringify(naughty(text)))));
  });
});

const inner = (value: unknown, key: string): unknown => (value as Record<string, unknown>)[key];

describe('naughty texts', () => {
  const withParameters = own.filter(({ path }) => path.includes(':'));
  it.each(withParameters.map(({ method, path }, at) => [method, path, at] as const))(
    'in the path of %s %s are answered',
    async (method, path, at) => {
      const call = (target: string) => (method === 'get' ? get(target) : post(target, '{}'));
      await expectNoFault(fifth(at).map((text) => call(filled(path, text))));
    },
  );

  const lists = operations.flatMap(({ path, query }) =>
    query && !path.includes(':') ? [{ path, query }] : [],
  );
  const asked = (path: string, entries: [string, string][]) =>
    get(`${path}?${new URLSearchParams(entries).toString()}`);
  it.each(lists.map(({ path, query }) => [path, Object.keys(query.shape)] as const))(
    'in the filters of %s are answered: %j',
    async (path, names) => {
      const each = names.flatMap((name, at) => fifth(at).map((text) => asked(path, [[name, text]])));
      await expectNoFault(each);
    },
  );

  it.each(lists.map(({ path }, at) => [path, at] as const))(
    'as a filter of %s are refused',
    async (path, at) => {
      await expectNoFault(fifth(at).map((text) => asked(path, [[text, 'x']])));
      for (const name of ['__proto__', 'constructor', 'toString', 'a[b]', '__proto__[x]'])
        await expectProblem(await asked(path, [[name, 'x']])(), 400, 'Malformed');
      expect({}).not.toHaveProperty('x');
    },
  );
});

it('naughty texts come back unchanged from the event that they are in', async () => {
  const parts = [0, 1, 2, 3].map((part) => naughtyTexts.filter((_, at) => at % 4 === part));
  for (const [at, strings] of parts.entries()) {
    const headers = { ...bearer, 'content-type': 'application/cloudevents+json' };
    const sent = { specversion: '1.0', id: `n${String(at)}`, source: '/naughty', type: 'com.example.texts' };
    const body = JSON.stringify({ ...sent, data: { strings } });
    const answer = await fetch(`${gateway.url}/events`, { method: 'POST', headers, body });
    expect(answer.status).toBe(202);
    const { id, inbox } = await json(answer);
    // What a worker would do with it: routing writes it into the ledger.
    const event = (await signalled(gateway.client, inbox)).find(({ deliveryId }) => deliveryId === sent.id);
    ledger.writer.recordEvent(project, routed(event as unknown as SagalineEvent, unmatched));
    const shown = await until('it is in the ledger', async () => {
      const found = await get(`/events/${String(id)}`)();
      return found.ok && json(found);
    });
    // PostgreSQL holds no NUL, and nothing in UTF-8 holds half of a character.
    const storable = strings.map((text) => text.replaceAll('\0', '').replace(/\p{Cs}/gu, ''));
    const bare = shown.data.data.strings.map((text: string) => text.replaceAll('\ufffd', ''));
    expect(bare).toEqual(storable);
  }
});
