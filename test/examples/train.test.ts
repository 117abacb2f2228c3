import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePipeline } from '../../src/domain/pipeline-file';
import { run } from '../../src/process';
import { currencies } from '../e2e/train-files';

const example = join(__dirname, '../../examples/train');
const services = ['worker', 'api', 'web'];

const pipeline = async (name: string) =>
  parsePipeline(name, await readFile(join(example, '.sagaline', name), 'utf8'));

/** The example in a folder of its own, with a database of its own. */
async function withExample<T>(
  work: (execute: (...argv: string[]) => ReturnType<typeof run>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-train-'));
  try {
    await cp(example, folder, { recursive: true });
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_FILE: join(folder, 'database.json') };
    return await work((...argv) => run(argv, { cwd: folder, env, timeoutMs: 30_000 }), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('its train migrates first and releases one service after the other', async () => {
  const { name, steps } = await pipeline('train.yaml');
  expect(name).toBe('train');
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  expect(needs.get('migrate')).toEqual(services.map((service) => `build-${service}`));
  expect(['release-worker', 'release-api', 'smoke', 'release-web'].map((id) => needs.get(id))).toEqual([
    ['migrate'],
    ['release-worker'],
    ['release-api'],
    ['smoke'],
  ]);
  expect(steps.find(({ id }) => id === 'migrate')).toMatchObject({
    before: { run: './migrate version' },
    compensate: { with: { run: './migrate to "$FROM"' } },
  });
});

test('its other pipeline releases a configuration alone', async () => {
  const { steps } = await pipeline('reconfigure.yaml');
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({
    uses: 'canary',
    with: { service: 'worker', env: { SETTING: '${inputs.batch}' } },
  });
  expect(steps[0]).not.toHaveProperty('with.artifact');
});

test.each(services)('%s is built as the train builds it, and answers on the migrated schema', (service) =>
  withExample(async (execute, folder) => {
    await execute('./migrate', 'up');
    expect((await execute('node', 'build.js', service)).exitCode).toBe(0);
    const script = `
      import { once } from 'node:events';
      import { spawn } from 'node:child_process';
      const env = { ...process.env, PORT: '0', SETTING: '2' };
      const server = spawn(process.execPath, ['dist/${service}/server.js'], { env });
      const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
      const url = 'http://127.0.0.1:' + /listens on (\\d+)/.exec(line)[1];
      const ready = (await fetch(url + '/healthz')).status;
      const answer = await fetch(url + '/');
      const said = await answer.json();
      const isPid = said.pid === server.pid;
      server.kill('SIGTERM');
      const [code] = await once(server, 'exit');
      const { version, setting } = said;
      console.log(JSON.stringify({ ready, status: answer.status, isPid, code, version, setting, service: said.service }));`;
    const { stdout, stderr } = await execute('node', '--input-type=module', '--eval', script);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      ...{ ready: 200, status: 200, isPid: true, code: 0 },
      ...{ service, version: '1.0.0', setting: '2' },
    });
    expect(await readFile(join(folder, 'dist', service, 'package.json'), 'utf8')).toContain('"1.0.0"');
  }),
);

test('its smoke test passes on the migrated schema, and fails on one that the code does not know', () =>
  withExample(async (execute) => {
    const tooEarly = await execute('node', 'smoke.js');
    expect([tooEarly.exitCode, tooEarly.stderr.includes('TypeError')]).toEqual([1, true]);
    await execute('./migrate', 'up');
    const { exitCode, stdout } = await execute('node', 'smoke.js');
    expect([exitCode, stdout.split('\n').at(-2)]).toEqual([0, 'all services understand database version 1']);
  }));

test('a migration that is undone leaves the database as it was, for the commit that brought it', () =>
  withExample(async (execute, folder) => {
    await execute('./migrate', 'up');
    const database = () => readFile(join(folder, 'database.json'), 'utf8');
    const before = await database();
    for (const [name, content] of Object.entries(currencies)) await writeFile(join(folder, name), content);
    expect((await execute('./migrate', 'up')).stdout).toContain('up 002-currencies.js');
    expect(await database()).not.toBe(before);
    expect((await execute('./migrate', 'to', '1')).stdout).toContain('down 002-currencies.js');
    expect(await database()).toBe(before);
    expect((await execute('./migrate', 'to', '9')).stderr).toContain(
      'there is no version 9: the newest is 2',
    );
    expect((await execute('./migrate', 'version')).stdout).toBe('1\n');
  }));
