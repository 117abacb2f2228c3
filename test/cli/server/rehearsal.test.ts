import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testServerPath } from '../../setup/temporal';
import { folderWith } from '../capture';

const root = join(__dirname, '../../..');
const main = join(root, 'dist/src/cli/main.js');
const event = join(root, 'examples/events/push.json');

const pipeline = `apiVersion: sagaline/v1
name: deliver
on: [{ event: push }]
steps:
  - { id: build, uses: shell, with: { run: make }, artifacts: [dist/**] }
  - { id: test, needs: [build], uses: shell, with: { run: make test } }
  - id: migrate
    needs: [test]
    uses: shell
    before: { run: ./migrate version }
    with: { run: ./migrate up }
    compensate: { uses: shell, with: { run: ./migrate down } }
  - id: release
    needs: [migrate]
    uses: canary
    with:
      service: shop
      environment: production
      artifact: build
      start: node server.js
      weights: [5, 25, 50]
      interval: 20m
      checks: [{ name: errors, query: error-rate, max: 0.01 }]
`;

let folder: string;
let remove: () => void;
beforeAll(() => {
  ({ folder, remove } = folderWith());
  writeFileSync(join(folder, 'deliver.yaml'), pipeline);
});
afterAll(() => remove());

interface Said {
  code: number;
  out: string;
  err: string;
}

/** The built command as a process of its own. */
const sagaline = (...words: string[]): Promise<Said> =>
  new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, SAGALINE_TEMPORAL_TEST_SERVER: testServerPath() };
    execFile(process.execPath, [main, ...words], { cwd: folder, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

const simulate = (...words: string[]) => sagaline('simulate', 'deliver.yaml', '--event', event, ...words);

test.each([
  ['a good change', [], 'succeeded', []],
  ['a canary that fails at a weight', ['--fail', 'release@25'], 'rolled-back', ['release', 'migrate']],
  ['a migration that fails', ['--fail', 'migrate'], 'rolled-back', ['migrate']],
  ['a test that fails', ['--fail', 'test'], 'failed', []],
])(
  '%s is rehearsed by the real workflow',
  async (_name, options, status, compensations) => {
    const { code, out } = await simulate(...options, '--expect', status, '--json');
    expect(JSON.parse(out)).toMatchObject({ status, compensations });
    expect(code).toBe(0);
  },
  60_000,
);

test('an hour of canary passes on the clock of the rehearsal', async () => {
  const { out } = await simulate();
  expect(out).toMatch(/1:00:\d\d.*release +succeeded/);
}, 60_000);

test('a run that ends otherwise than expected is a failure of the command', async () => {
  const { code, err } = await simulate('--expect', 'rolled-back');
  expect({ code, err }).toMatchObject({
    code: 1,
    err: expect.stringContaining('not as rolled-back') as string,
  });
}, 60_000);

const saved = (name: string) => join(root, 'test/histories/0.1.0', `${name}.json`);

test('a saved history replays', async () => {
  const { code, out } = await sagaline('replay', saved('run-rolled-back'), '--json');
  expect(JSON.parse(out)).toMatchObject({ deterministic: true, fault: null });
  expect(code).toBe(0);
}, 60_000);

test('a history whose activity was another one does not replay, and the answer says where', async () => {
  const changed = readFileSync(saved('run-succeeded'), 'utf8').replaceAll(
    '"name": "finishTurn"',
    '"name": "another"',
  );
  writeFileSync(join(folder, 'changed.json'), changed);
  const { code, err } = await sagaline('replay', 'changed.json');
  expect(code).toBe(1);
  expect(err).toMatch(/changed\.json does not replay: \[TMPRL1100\] .*'another'/);
}, 60_000);

test('a file that is no history is refused', async () => {
  writeFileSync(join(folder, 'empty.json'), '{}');
  expect(await sagaline('replay', 'empty.json')).toMatchObject({ code: 2 });
}, 60_000);
