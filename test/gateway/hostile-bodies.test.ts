import { expectProblem, json, startGateway, type TestGateway } from './gateway';
import { pathsOf, withValue } from './payloads';
import { sendAs, type Sender, senders, senderSecrets } from './senders';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(undefined, { secretsOf: () => Promise.resolve(senderSecrets) });
});
afterAll(() => gateway.stop());

const each = Object.entries(senders);
const bytesOf = (payload: unknown) => Buffer.from(JSON.stringify(payload));
/** The payload with these bytes in its first text. */
const within = (payload: string, bytes: number[]) => {
  const at = payload.indexOf('"') + 1;
  return Buffer.concat([
    Buffer.from(payload.slice(0, at)),
    Buffer.from(bytes),
    Buffer.from(payload.slice(at)),
  ]);
};
const answered = async (sender: Sender, body: Buffer | string) => {
  const answer = await sendAs(sender, gateway.url, Buffer.from(body));
  return { status: answer.status, said: await json(answer) };
};

it.each(each)('%s: its own payload is accepted', async (_, sender) => {
  expect((await answered(sender, bytesOf(sender.payload))).status).toBe(202);
});

describe.each(each)('%s', (_, sender) => {
  const good = JSON.stringify(sender.payload);
  it.each<[string, Buffer | string]>([
    ['half a payload', good.slice(0, -3)],
    ['two payloads', `${good}${good}`],
    ['a byte that is no UTF-8', within(good, [0xff])],
    ['a surrogate in UTF-8', within(good, [0xed, 0xa0, 0x80])],
    ['a NUL of two bytes', within(good, [0xc0, 0x80])],
    ['UTF-16', Buffer.from(good, 'utf16le')],
    ['a raw NUL', good.replace('":', '\0":')],
    ['a NUL behind it', `${good}\0`],
    ['arrays 10,000 deep', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a million open brackets', '['.repeat(1_000_000)],
    ['no JSON', 'constructor'],
    ['JavaScript', '{a:1}'],
  ])('refuses %s', async (_name, body) => {
    await expectProblem(await sendAs(sender, gateway.url, Buffer.from(body)), 400, 'Malformed');
  });

  it.each(['', '[]', '{}', 'null', 'true', '5', '1e999', '"x"', '[[]]', '[null]', '{"__proto__":{"a":1}}'])(
    'answers the body %s without a fault of its own',
    async (body) => {
      const { status, said } = await answered(sender, body);
      expect([202, 400, 422]).toContain(status);
      if (status !== 202) expect(said).toMatchObject({ detail: expect.any(String) });
      expect({}).not.toHaveProperty('a');
    },
  );
});

/** Of each path of a payload, what takes its place. */
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
  'x'.repeat(40_000),
  [],
  {},
  [[]],
];

it.each(each)(
  '%s: each field removed, nulled and retyped is answered, and the gateway lives',
  async (_, sender) => {
    const bodies = pathsOf(sender.payload)
      .filter((path) => path.length > 0)
      .flatMap((path) => strange.map((value) => bytesOf(withValue(sender.payload, path, value))));
    const statuses = new Set<number>();
    for (let at = 0; at < bodies.length; at += 20) {
      const part = await Promise.all(bodies.slice(at, at + 20).map((body) => answered(sender, body)));
      for (const { status } of part) statuses.add(status);
    }
    expect([...statuses].filter((status) => ![202, 400, 422].includes(status))).toEqual([]);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  },
);
