import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { payloadEncryption } from '../../src/codec/data-converter';
import { encryptionKeysSchema } from '../../src/codec/keys';
import { type Credential, firstAdmin } from '../../src/gateway/authentication';
import { run } from '../../src/process';
import { newKey } from '../codec/keys';
import { devServerAddress, temporalCliPath } from '../setup/temporal';
import { bearer, expectProblem, json, startGateway, type TestGateway, token } from './gateway';

const origin = 'https://temporal.example';
const key = newKey('one');
const operator: Credential = {
  actor: { name: 'eve', role: 'operator', teams: [], aliases: [], environments: null },
  token: 'token-of-an-operator',
};
let connection: Connection;
let gateway: TestGateway;
let closed: TestGateway;
const clientOf = (keys: string) =>
  new Client({ connection, ...payloadEncryption(encryptionKeysSchema.parse(keys)) });

beforeAll(async () => {
  connection = await Connection.connect({ address: devServerAddress() });
  const credentials = () => Promise.resolve([{ actor: firstAdmin, token }, operator]);
  gateway = await startGateway(undefined, { client: clientOf(key), codecOrigin: origin, credentials });
  closed = await startGateway(undefined, { client: clientOf(newKey('two')) });
});
afterAll(async () => {
  await gateway.stop();
  await closed.stop();
  await connection.close();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const clear = { metadata: { encoding: base64('json/plain') }, data: base64('"a marker"') };
const ask = (path: string, body: unknown, headers: Record<string, string> = bearer, at = gateway) =>
  fetch(`${at.url}/codec/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

it('encrypts and decrypts payloads in the form of remote codecs', async () => {
  const encoded = await json(await ask('encode', { payloads: [clear, {}] }));
  expect(encoded.payloads[0].metadata.encoding).toBe(base64('binary/encrypted'));
  expect(await json(await ask('decode', encoded))).toEqual({ payloads: [clear, { metadata: {}, data: '' }] });
  expect(await json(await ask('decode', { payloads: [clear] }))).toEqual({ payloads: [clear] });
  expect(await expectProblem(await ask('decode', encoded, bearer, closed), 500, 'KeyMissing')).toMatchObject({
    detail: 'SAGALINE_ENCRYPTION_KEYS has no key "one"',
  });
});

it('is for admins', async () => {
  const body = { payloads: [clear] };
  await expectProblem(await ask('decode', body, {}), 401, 'Unauthenticated');
  const headers = { authorization: `Bearer ${operator.token}` };
  for (const path of ['encode', 'decode'])
    await expectProblem(await ask(path, body, headers), 403, 'NotAllowed');
  await expectProblem(
    await fetch(`${gateway.url}/codec/decode?token=${token}`, { method: 'POST' }),
    401,
    'Unauthenticated',
  );
});

it.each([
  ['{'],
  ['[]'],
  [{ payloads: {} }],
  [{ payloads: [{ data: '%' }] }],
  [{ payloads: [{ metadata: { encoding: 1 } }] }],
  [{}],
])('refuses %j', async (body) => {
  await expectProblem(await ask('decode', body), 400, 'Malformed');
});

it('what a hostile payload names is only data', async () => {
  const body = `{"payloads":[{"metadata":{"__proto__":"eA==","constructor":"eA=="},"data":"eA=="}]}`;
  const answer = await ask('decode', body);
  expect([200, 400]).toContain(answer.status);
  expect(({} as Record<string, unknown>)['encoding']).toBeUndefined();
});

describe('pages', () => {
  const preflight = (at: TestGateway, from: string, path = 'codec/decode') =>
    fetch(`${at.url}/${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  const shared = ({ headers }: Response) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  it('of the one origin may ask', async () => {
    const { status, headers } = await preflight(gateway, origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type, x-namespace');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
    const refused = await ask('decode', {}, { origin });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each(['https://temporal.example.evil', 'http://temporal.example', 'null'])(
    'of %s may not',
    async (other) => {
      expect(shared(await preflight(gateway, other))).toEqual([]);
      expect(shared(await ask('decode', {}, { ...bearer, origin: other }))).toEqual([]);
    },
  );

  it('may nowhere ask anything else, and nothing where no origin is named', async () => {
    for (const path of ['events', 'runs', 'whoami', 'hooks/github', 'healthz', 'nowhere']) {
      expect(shared(await preflight(gateway, origin, path))).toEqual([]);
      expect(shared(await fetch(`${gateway.url}/${path}`, { headers: { origin } }))).toEqual([]);
    }
    expect(shared(await preflight(closed, origin))).toEqual([]);
  });
});

it('the temporal command shows and sends what is encrypted', async () => {
  const id = `codec-${randomUUID()}`;
  const { workflow } = clientOf(key);
  await workflow.start('run', {
    workflowId: id,
    taskQueue: id,
    args: ['a marker'],
    memo: { note: 'a note' },
  });
  const temporal = async (...more: string[]) => {
    const argv = [
      temporalCliPath(),
      'workflow',
      ...more,
      '--workflow-id',
      id,
      '--address',
      devServerAddress(),
    ];
    const env = { PATH: '/usr/bin:/bin', HOME: '/nowhere' };
    const { stdout, stderr } = await run(argv, { cwd: __dirname, env });
    return stdout + stderr;
  };
  const show = (...more: string[]) => temporal('show', '--output', 'json', ...more);
  const codec = ['--codec-endpoint', `${gateway.url}/codec`, '--codec-auth', `Bearer ${token}`];
  await temporal('signal', '--name', 'operator', '--input', '"a signal"', ...codec);
  const texts = ['a marker', 'a note', 'a signal'].map((text) => base64(JSON.stringify(text)));
  const shownIn = (said: string) => texts.map((text) => said.includes(text));
  expect(shownIn(await show(...codec))).toEqual([true, true, true]);
  expect(shownIn(await show())).toEqual([false, false, false]);
  await workflow.getHandle(id).terminate();
});
