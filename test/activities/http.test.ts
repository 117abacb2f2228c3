import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { type CallInput, createCallHttp } from '../../activities/http';
import { NodeHttpClient } from '../../src/adapters/http/client';
import { EnvironmentSecrets } from '../../src/adapters/secrets/environment';
import { parseConfiguration } from '../../src/domain/configuration-file';
import { startServer, type TestServer } from '../adapters/http/server';

const yaml = `
apiVersion: sagaline/v1
network: { allow: [127.0.0.0/8] }
repositories: [{ name: acme/shop, url: /unused }]
environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
    secrets: [TOKEN, HOOK]
`;
const token = 't0ken with/specials&more';

let server: TestServer;
let reached: () => void = () => undefined;
beforeAll(async () => {
  server = await startServer((request, response) => {
    const status = Number(/^\/status\/(\d+)/.exec(request.url ?? '')?.[1] ?? '200');
    if (request.url === '/silent') reached();
    else if (request.url === '/echo') response.end(`you said ${request.headers.authorization ?? 'nothing'}`);
    else if (request.url === '/long') response.end(`${'x'.repeat(4090)}${token}`);
    else if (request.url === '/marks') response.end('a\0{"secret":"TOKEN"}\0b');
    else response.writeHead(status).end(status === 200 ? 'fine' : `because of ${token}, ${'y'.repeat(300)}`);
  });
});
afterAll(() => server.close());

function call(path: string, change: Partial<CallInput> = {}, environment = quiet()) {
  const configuration = {
    current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)),
  };
  const ports = {
    configuration,
    http: new NodeHttpClient(configuration),
    secrets: new EnvironmentSecrets({ TOKEN: token, HOOK: `${server.origin}/hook` }),
  };
  const input: CallInput = {
    run: 'run:default:acme%2Fshop:deliver:1',
    step: 'call',
    phase: 'step',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    change: { repository: 'acme/shop', ref: 'refs/heads/main', pipeline: 'deliver', kind: 'push' },
    environment: null,
    secrets: [],
    method: 'POST',
    url: `${server.origin}${path}`,
    headers: {},
    timeoutMs: 20_000,
    finalFailures: [],
    ...change,
  };
  return environment.run<[CallInput], Answer, (input: CallInput) => Promise<Answer>>(
    createCallHttp(ports),
    input,
  );
}

interface Answer {
  output: string;
  code: number;
}

const quiet = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
const mark = (name: string) => `\0{"secret":"${name}"}\0`;
const withToken = { environment: 'production', secrets: ['TOKEN'] };

test('a call carries a key that is the same for every attempt, unless the pipeline has one of its own', async () => {
  expect(await call('/', { body: 'hello' })).toEqual({ output: 'fine', code: 200 });
  expect(server.asked.at(-1)).toMatchObject({ method: 'POST', body: 'hello' });
  const key = () => server.asked.at(-1)?.headers['idempotency-key'];
  expect(key()).toBe('run:default:acme%2Fshop:deliver:1/call/step');
  await call('/', { phase: 'compensate' });
  expect(key()).toBe('run:default:acme%2Fshop:deliver:1/call/compensate');
  await call('/', { headers: { 'idempotency-key': 'mine' } });
  expect(key()).toBe('mine');
});

test('secrets reach url, headers and body, and come back in none of them', async () => {
  const body = `{"token":"${mark('TOKEN')}"}`;
  const headers = { Authorization: `Bearer ${mark('TOKEN')}` };
  const { output } = await call('/echo', { ...withToken, headers, body });
  expect(server.asked.at(-1)).toMatchObject({
    headers: { authorization: `Bearer ${token}` },
    body: `{"token":"${token}"}`,
  });
  expect(output).toBe('you said Bearer [secret]');
  await call(`/hook?key=${mark('TOKEN')}&n=1`, withToken);
  const asked = new URL(server.asked.at(-1)?.url ?? '', server.origin);
  expect([...asked.searchParams]).toEqual([
    ['key', token],
    ['n', '1'],
  ]);
  await call('', { environment: 'production', secrets: ['HOOK'], url: mark('HOOK') });
  expect(server.asked.at(-1)?.url).toBe('/hook');
});

test('an output is cut after its secrets are taken out, and can bring no mark into a later step', async () => {
  const { output } = await call('/long', withToken);
  expect(output).toBe(`${'x'.repeat(4090)}[secre`);
  expect((await call('/marks')).output).toBe('a{"secret":"TOKEN"}b');
});

test('secrets are given to allowed changes and listed steps only, before anything is sent', async () => {
  const { length } = server.asked;
  const change = { repository: 'acme/shop', ref: 'refs/heads/evil', pipeline: 'deliver', kind: 'push' };
  await expect(call('/', { ...withToken, change })).rejects.toMatchObject({ code: 'NotAllowed' });
  await expect(call('/', { secrets: ['TOKEN'] })).rejects.toMatchObject({ code: 'NotAllowed' });
  await expect(call('/', { ...withToken, body: mark('HOOK') })).rejects.toMatchObject({
    code: 'NotAllowed',
    detail: 'secret HOOK is not among the `secrets` of the step',
  });
  await expect(call('/', { body: '\0["package.json"]\0' })).rejects.toMatchObject({
    code: 'InvalidPipeline',
  });
  expect(server.asked).toHaveLength(length);
});

test.each<[number, Partial<CallInput>, string]>([
  [500, {}, 'CallFailed'],
  [503, { finalFailures: [503] }, 'FinalFailure'],
  [503, { finalFailures: [500, 'CallFailed'] }, 'CallFailed'],
  [404, {}, 'FinalFailure'],
  [408, {}, 'CallFailed'],
  [425, {}, 'CallFailed'],
  [429, {}, 'CallFailed'],
  [429, { finalFailures: [429] }, 'FinalFailure'],
  [302, {}, 'CallFailed'],
  [202, { expect: [200] }, 'CallFailed'],
])('status %s with %j is %s', async (status, change, code) => {
  await expect(call(`/status/${String(status)}`, change)).rejects.toMatchObject({
    code,
    detail: expect.stringContaining(`POST was answered with ${String(status)}: because of`),
  });
});

test('a status that is expected is a success, also outside 2xx', async () => {
  expect(await call('/status/404', { expect: [200, 404], method: 'DELETE' })).toMatchObject({ code: 404 });
});

test('what the answer of a failed call says is shown without secrets, up to 200 characters', async () => {
  const failed = call('/status/500', withToken);
  const said = `because of [secret], ${'y'.repeat(300)}`.slice(0, 200);
  await expect(failed).rejects.toMatchObject({ detail: `POST was answered with 500: ${said}` });
});

test('cancelling ends the call', async () => {
  const environment = quiet();
  const arrived = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const running = call('/silent', {}, environment);
  await arrived;
  environment.cancel('CANCELLED');
  await expect(running).rejects.toThrow('CANCELLED');
});
