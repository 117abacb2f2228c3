import { randomUUID } from 'node:crypto';
import {
  expectProblem,
  json,
  secret,
  sendHook,
  sign,
  signalled,
  startGateway,
  type TestGateway,
  token,
} from './gateway';
import { pushPayload } from './payloads';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const hook = (source: string, init: RequestInit = {}) =>
  fetch(`${gateway.url}/hooks/${source}`, { method: 'POST', body: '{}', ...init });

describe('a signed push', () => {
  it('is in Temporal when it is answered, and its answer leads to it', async () => {
    const deliveryId = randomUUID();
    const answer = await sendHook(gateway.url, pushPayload(), { deliveryId });
    expect(answer.status).toBe(202);
    const accepted = await json(answer);
    expect(accepted).toEqual({
      id: expect.stringMatching(/^evt_/),
      deliveryId,
      source: 'github',
      subject: 'acme/shop:refs/heads/main',
      inbox: `inbox:${gateway.project}:github:acme%2Fshop%3Arefs%2Fheads%2Fmain`,
      links: { self: `/events/${accepted.id}` },
    });
    const events = await signalled(gateway.client, accepted.inbox);
    expect(events.filter((event) => event['deliveryId'] === deliveryId)).toEqual([
      expect.objectContaining({ source: 'github', subject: accepted.subject, kind: 'push' }),
    ]);
  });

  it('starts an inbox that says in Temporal whose events it takes, however long the name', async () => {
    const ref = `refs/heads/${'ä'.repeat(480)}`;
    const { inbox } = await json(await sendHook(gateway.url, pushPayload({ ref })));
    const description = await gateway.client.workflow.getHandle(inbox).describe();
    const summary = await description.staticSummary();
    expect(summary).toContain('acme/shop:refs/heads/ää');
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(400);
  });

  it('is answered alike when it comes again', async () => {
    const send = async () => json(await sendHook(gateway.url, pushPayload(), { deliveryId: 'again' }));
    expect(await send()).toEqual(await send());
  });

  it('may be signed with either of two secrets', async () => {
    const payload = JSON.stringify(pushPayload());
    const headers = { 'x-hub-signature-256': sign(payload, 'an older secret') };
    expect((await sendHook(gateway.url, payload, { headers })).status).toBe(202);
  });

  it('may name its charset', async () => {
    const headers = { 'content-type': 'application/json; charset=UTF-8' };
    expect((await sendHook(gateway.url, pushPayload(), { headers })).status).toBe(202);
  });
});

describe('a signature', () => {
  const body = JSON.stringify(pushPayload());
  const good = sign(body);
  const flip = (at: number) => {
    const digit = good.charAt(at);
    return good.slice(0, at) + (digit === '0' ? '1' : '0') + good.slice(at + 1);
  };
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without digits', 'sha256='],
    ['of another algorithm', good.replace('sha256', 'sha1')],
    ['without its algorithm', good.slice(7)],
    ['of its first byte only', good.slice(0, 9)],
    ['one digit short', good.slice(0, -1)],
    ['one digit long', `${good}0`],
    ['with a foreign last byte', `${good.slice(0, -2)}zz`],
    ['wrong in the first byte', flip(8)],
    ['wrong in the last byte', flip(70)],
    ['in upper case', good.toUpperCase()],
    ['of another body', sign('{}')],
    ['of another secret', sign(body, 'guess')],
    ['given twice', `${good}, ${good}`],
  ])('%s is refused', async (_, signature) => {
    const answer = await sendHook(gateway.url, body, { headers: { 'x-hub-signature-256': signature } });
    await expectProblem(answer, 401, 'Unauthenticated');
  });

  it('is over the raw bytes', async () => {
    const spaced = ` ${body} `;
    const headers = { 'x-hub-signature-256': sign(body) };
    await expectProblem(await sendHook(gateway.url, spaced, { headers }), 401, 'Unauthenticated');
    expect((await sendHook(gateway.url, spaced)).status).toBe(202);
  });
});

describe('sources', () => {
  it.each(['unknown', '__proto__', 'constructor', 'a%2fb'])('names the known ones for %s', async (name) => {
    const problem = await expectProblem(await hook(name), 404, 'NotFound');
    expect(problem['detail']).toContain('github');
  });

  it('refuses everything of a known source without a secret, and says what to do', async () => {
    const unset = await startGateway(undefined, { secretsOf: () => Promise.resolve([]) });
    try {
      const answer = await sendHook(unset.url, '{}', { headers: { 'x-hub-signature-256': sign('{}', '') } });
      const problem = await expectProblem(answer, 401, 'Unauthenticated');
      expect(problem['detail']).toContain('SAGALINE_SECRET_GITHUB');
    } finally {
      await unset.stop();
    }
  });

  it('refuses a path that cannot be decoded', async () => {
    await expectProblem(await hook('%E0%A4%A'), 400, 'Malformed');
  });
});

describe('malformed webhooks', () => {
  const unread =
    (payload: string | Buffer, detail: RegExp, more = {}) =>
    async () => {
      const problem = await expectProblem(await sendHook(gateway.url, payload, more), 400, 'Malformed');
      expect(problem['detail']).toMatch(detail);
    };
  const nested = (open: string, close: string) => `{"a":${open.repeat(10_000)}${close.repeat(10_000)}}`;

  it('refuses truncated JSON', unread('{"ref":"refs/he', /not valid JSON/));
  it('refuses an empty body', unread('', /empty/));
  it('refuses invalid UTF-8', unread(Buffer.from([0x22, 0xff, 0x22]), /UTF-8/));
  it('refuses arrays 10,000 deep', unread(nested('[', ']'), /levels/));
  it('refuses objects 10,000 deep', unread(nested('{"a":', '1}').replace(':1', ':{}'), /levels/));
  it('needs an event name', unread('{}', /x-github-event/, { headers: { 'x-github-event': undefined } }));
  it(
    'needs a delivery id',
    unread('{}', /x-github-delivery/, { headers: { 'x-github-delivery': undefined } }),
  );
  it('refuses an odd event name', unread('{}', /x-github-event/, { event: '../x' }));

  it.each(['text/plain', 'multipart/form-data', 'application/json; charset=latin1', ''])(
    'refuses the media type %j',
    async (type) => {
      const headers = { 'content-type': type };
      await expectProblem(await sendHook(gateway.url, '{}', { headers }), 415, 'UnsupportedMediaType');
    },
  );

  it('refuses compressed bodies', async () => {
    const headers = { 'content-encoding': 'gzip' };
    await expectProblem(await sendHook(gateway.url, '{}', { headers }), 415, 'UnsupportedMediaType');
  });
});

describe('what is authentic but not understood', () => {
  it('is answered 422 and kept as a dead letter', async () => {
    const payload = pushPayload({ ref: 'refs/heads/--upload-pack=x' });
    const answer = await sendHook(gateway.url, payload);
    const problem = await expectProblem(answer, 422, 'NotUnderstood');
    expect(problem).toMatchObject({ subject: 'dead-letter', id: expect.stringMatching(/^evt_/) });
    expect(problem['detail']).toMatch(/^ref: /);
    const events = await signalled(gateway.client, String(problem['inbox']));
    expect(events).toContainEqual(
      expect.objectContaining({
        deliveryId: problem['deliveryId'],
        kind: 'custom',
        data: {
          problem: problem['detail'],
          eventName: 'push',
          body: JSON.stringify(payload),
          complete: true,
          via: '/hooks/github',
          headers: expect.objectContaining({ 'x-github-event': 'push' }),
        },
      }),
    );
  });

  it.each(['$(id)', '`id`', 'a;id', 'a\u0000b'])('holds for a branch named %j', async (branch) => {
    const answer = await sendHook(gateway.url, pushPayload({ ref: `refs/heads/${branch}` }));
    await expectProblem(answer, 422, 'NotUnderstood');
  });

  it.each(['[]', 'null', '5', '"x"'])('holds for the body %s', async (body) => {
    await expectProblem(await sendHook(gateway.url, body), 422, 'NotUnderstood');
  });
});

it('tells no software and no caching', async () => {
  const answer = await sendHook(gateway.url, pushPayload());
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(answer.headers.get('etag')).toBeNull();
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.text()).not.toMatch(new RegExp(`${secret}|${token}`));
});
