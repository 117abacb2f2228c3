import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { SourcePackages } from '../../src/adapters/sources/packages';
import { parseConfiguration } from '../../src/domain/configuration-file';
import { expectProblem, json, sendHook, signalled, startGateway, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

const key = 'a secret of the build service';
const example = join(__dirname, '../../examples/custom-source');
const logged: string[] = [];

let folder: string;
let gateway: TestGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-written-'));
  await writeFile(join(folder, 'broken.js'), `throw new Error('no licence');`);
  const list = [
    { name: 'builds', package: example, secrets: ['${env:A}'] },
    { name: 'broken', package: './broken.js', secrets: ['${env:A}'] },
  ];
  const text = `apiVersion: sagaline/v1\nsources: ${JSON.stringify(list)}\n`;
  const current = () => Promise.resolve(parseConfiguration('sagaline.yaml', text));
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  gateway = await startGateway(undefined, {
    writtenSources: new SourcePackages(join(folder, 'sagaline.yaml'), { current }, log),
    secretsOf: (source) => Promise.resolve(source === 'github' ? ['a secret of the tests'] : [key]),
    log,
  });
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

const build = { number: 7, project: 'acme/shop', commit: 'a'.repeat(40), state: 'passed' };

function send(payload: unknown, { source = 'builds', signedWith = key } = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signature = createHmac('sha256', signedWith).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-build-signature': signature };
  return fetch(`${gateway.url}/hooks/${source}`, { method: 'POST', headers, body });
}

it('delivers what the example reads of a signed request', async () => {
  const answer = await send({ builds: [build, { ...build, number: 8, state: 'broken' }] });
  expect(answer.status).toBe(202);
  const accepted = await json(answer);
  expect(accepted).toMatchObject([
    { deliveryId: 'acme/shop#7', source: 'builds', subject: 'acme/shop:ci/builds.example' },
    { deliveryId: 'acme/shop#8', source: 'builds' },
  ]);
  expect(await signalled(gateway.client, accepted[0].inbox)).toMatchObject([
    { kind: 'ci_run', data: { runId: '7', status: 'success', commit: build.commit } },
    { kind: 'ci_run', data: { runId: '8', status: 'failure' } },
  ]);
});

it('refuses who does not know the secret', async () => {
  await expectProblem(await send({ builds: [build] }, { signedWith: 'guess' }), 401, 'Unauthenticated');
});

it('refuses what is too large, or of another media type, before any code of the package runs', async () => {
  await expectProblem(await send('x'.repeat(1024 * 1024 + 1)), 413, 'TooLarge');
  const headers = { 'content-type': 'text/plain' };
  const answer = await fetch(`${gateway.url}/hooks/builds`, { method: 'POST', headers, body: '{}' });
  await expectProblem(answer, 415, 'UnsupportedMediaType');
});

it.each(['{', '[]', '{"builds":5}', '{"builds":[null]}', '{"builds":[{}]}'])(
  'keeps %s as a dead letter with the reason',
  async (body) => {
    const problem = await expectProblem(await send(body), 422, 'NotUnderstood');
    expect(problem).toMatchObject({ id: expect.stringMatching(/^evt_/), subject: 'dead-letter' });
  },
);

it('answers for a package that cannot be loaded, and serves on', async () => {
  const problem = await expectProblem(await send({}, { source: 'broken' }), 503, 'Unavailable');
  expect(problem['detail']).toContain('the package of the source broken cannot be loaded');
  expect(logged.join('')).toContain('no licence');
  expect((await sendHook(gateway.url, pushPayload())).status).toBe(202);
  expect((await send({ builds: [build] })).status).toBe(202);
});

it('names the sources of users among the known ones', async () => {
  const problem = await expectProblem(await send({}, { source: 'unknown' }), 404, 'NotFound');
  expect(problem['detail']).toMatch(/github, .*builds, broken$/);
});
