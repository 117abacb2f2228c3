import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { GithubDeliveries } from '../../../src/adapters/deliveries/github';
import { NodeHttpClient } from '../../../src/adapters/http/client';
import { configurationSchema } from '../../../src/domain/configuration';
import type { HookSettings } from '../../../src/domain/redelivery-schema';
import { type GithubHook, startGithubHook } from '../../support/github-hook';

const token = 'ghp-of-the-bot-5f0c2a9d71';
let hook: GithubHook;
beforeEach(async () => {
  hook = await startGithubHook({ token });
});
afterEach(() => hook.close());

const host = (secret = token, allow = ['127.0.0.0/8']) => {
  const configuration = configurationSchema.parse({ apiVersion: 'sagaline/v1', network: { allow } });
  return new GithubDeliveries({
    http: new NodeHttpClient({ current: () => Promise.resolve(configuration) }),
    secretOf: () => Promise.resolve(secret),
  });
};
const settings = (change: Partial<HookSettings> = {}): HookSettings => ({
  ...{ url: hook.url, credential: 'bot' },
  ...change,
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error as Error,
  );
const reply = (status: number, headers: Record<string, string> = {}, body = '{}') => {
  hook.behaviour.reply = () => ({ status, headers, body });
};

test('deliveries come page by page, with ids of 19 digits as they are', async () => {
  const all = Array.from({ length: 250 }, (_, at) =>
    hook.add({
      delivered_at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
      ...(at === 0 && { event: 'pull_request', action: 'opened', status_code: 502 }),
    }),
  );
  const found = [];
  let next: string | null = null;
  do {
    const page = await host().page(settings(), next);
    found.push(...page.attempts);
    next = page.next;
    expect(page.restMs).toBe(0);
  } while (next !== null);
  expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
  expect(found.at(-1)).toEqual({
    ...{ id: all[0]?.id, guid: all[0]?.guid, deliveredAt: '2026-01-01T00:00:00.000Z' },
    ...{ statusCode: 502, event: 'pull_request.opened', isRepeated: false },
  });
  expect(hook.asked).toHaveLength(3);
  expect(hook.asked[0]?.url).toBe('/repos/acme/shop/hooks/12345/deliveries?per_page=100');
  expect(hook.asked[0]?.headers).toMatchObject({
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  });
});

test('the example of the documentation is read, and one delivery is asked for again', async () => {
  reply(
    200,
    {},
    `[{"id":12345678,"guid":"0b989ba4-242f-11e5-81e1-c7b6966d2516","delivered_at":"2019-06-03T00:57:16Z",
      "redelivery":false,"duration":0.27,"status":"OK","status_code":200,"event":"issues","action":"opened",
      "installation_id":123,"repository_id":456,"throttled_at":"2019-06-03T00:57:16Z"},
      {"id":123456789,"guid":"0b989ba4-242f-11e5-81e1-c7b6966d2516","delivered_at":"2019-06-04T00:57:16Z",
      "redelivery":true,"duration":0.28,"status":"OK","status_code":200,"event":"issues","action":"opened",
      "installation_id":123,"repository_id":456,"throttled_at":null}]`,
  );
  const { attempts, next } = await host().page(settings(), null);
  expect(attempts.map(({ id, event }) => [id, event])).toEqual([
    ['12345678', 'issues.opened'],
    ['123456789', 'issues.opened'],
  ]);
  expect(next).toBeNull();
  hook.behaviour.reply = undefined;
  const { id } = hook.add();
  expect(await host().askFor(settings(), id)).toEqual({ isRefused: false, restMs: 0 });
  expect(hook.asks()).toEqual([id]);
  expect(await failure(host().askFor(settings(), '1'))).toMatchObject({ code: 'NotFound' });
  expect(await failure(host().page(settings(), 'v1_1'))).toMatchObject({ code: 'NotFound' });
});

test('an app proves itself by a short token of its own, with a key on one line too', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const app = settings({ app: '123456' });
  for (const secret of [pem, pem.replaceAll('\n', '\\n')]) {
    await failure(host(secret).page(app, null));
    const sent = hook.asked.at(-1)?.headers.authorization?.replace('Bearer ', '') ?? '';
    const [header = '', claims = '', signature = ''] = sent.split('.');
    const signed = Buffer.from(`${header}.${claims}`);
    const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    expect(verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { iat, exp, iss } = read(claims);
    expect(iss).toBe('123456');
    expect(iat).toBeLessThanOrEqual(Date.now() / 1_000);
    // GitHub refuses a token for more than ten minutes from now.
    expect(exp).toBeLessThan(Date.now() / 1_000 + 600);
  }
  const asked = hook.asked.length;
  const wrong = await failure(host('not a key').page(app, null));
  expect(wrong).toMatchObject({ code: 'InvalidConfiguration' });
  expect(hook.asked).toHaveLength(asked);
});

test('what refuses because of its limits is given a rest, and what does not is a failure', async () => {
  const soon = String(Math.floor(Date.now() / 1_000) + 600);
  const limits = (remaining: string) => ({
    ...{ 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': soon },
  });
  const restOf = async () => (await host().page(settings(), null)).restMs / 1_000;
  reply(429, { 'retry-after': '30' });
  expect(await restOf()).toBe(30);
  expect(await host().askFor(settings(), '1')).toEqual({ isRefused: true, restMs: 30_000 });
  reply(403, limits('0'));
  expect(await restOf()).toBeGreaterThan(590);
  reply(403, {}, '{"message":"You have exceeded a secondary rate limit."}');
  expect(await restOf()).toBe(60);
  reply(429, { 'retry-after': 'soon' });
  expect(await restOf()).toBe(60);
  reply(403, { 'retry-after': '999999' });
  expect(await restOf()).toBe(3_600);
  reply(200, limits('499'), '[]');
  expect(await restOf()).toBeGreaterThan(590);
  reply(200, limits('500'), '[]');
  expect(await restOf()).toBe(0);
  reply(403, limits('4000'), '{"message":"Resource not accessible by personal access token"}');
  expect(await failure(host().page(settings(), null))).toMatchObject({
    code: 'CallFailed',
    detail: 'github answered 403: {"message":"Resource not accessible by personal access token"}',
  });
});

test('an answer that is no list, is broken, or is over is a failure that shows no token', async () => {
  for (const [status, body] of [
    [200, 'no'],
    [200, '{}'],
    [200, '[{"id":1}]'],
    [200, `[{"id":1,"guid":"g","delivered_at":"then"}]`],
    [500, `who is ${token}?`],
    [302, ''],
  ] as const) {
    reply(status, { location: 'http://127.0.0.1:1/' }, body);
    const error = await failure(host().page(settings(), null));
    expect(error).toMatchObject({ code: 'CallFailed' });
    expect(JSON.stringify([error, error.stack])).not.toContain(token);
  }
});

test('the token goes to the host of the hook only, wherever a link leads', async () => {
  const other = await startGithubHook({ token });
  const link = `<${other.url}/deliveries?per_page=100&cursor=v1_9>; rel="next"`;
  reply(200, { link: `<https://x/?cursor=first>; rel="first", ${link}` }, '[]');
  const { next } = await host().page(settings(), null);
  expect(next).toBe('v1_9');
  await host().page(settings(), next);
  expect(hook.asked.at(-1)?.url).toBe('/repos/acme/shop/hooks/12345/deliveries?per_page=100&cursor=v1_9');
  expect(other.asked).toEqual([]);
  await other.close();
});

test('a private address is asked only where sagaline.yaml allows it', async () => {
  expect(await failure(host(token, []).page(settings(), null))).toMatchObject({ code: 'NotAllowed' });
  expect(hook.asked).toEqual([]);
});
