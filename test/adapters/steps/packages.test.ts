import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PackageSteps } from '../../../src/adapters/steps/packages';
import { parseConfiguration } from '../../../src/domain/configuration-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-steps-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Steps of a sagaline.yaml in the folder, whose list can be changed afterwards. */
function stepsOf(given: Record<string, string>) {
  let list = given;
  const current = () => {
    const entries = Object.entries(list).map(([name, path]) => ({ name, package: path }));
    return Promise.resolve(
      parseConfiguration('sagaline.yaml', `apiVersion: sagaline/v1\nsteps: ${JSON.stringify(entries)}\n`),
    );
  };
  const steps = new PackageSteps(join(folder, 'sagaline.yaml'), { current });
  return { steps, change: (changed: Record<string, string>) => void (list = changed) };
}

const accepting = '{ safeParse: (value) => ({ success: true, data: value }) }';

test('packages are found from the folder of sagaline.yaml, by path and by name, in each way to export', async () => {
  await write('local.js', `module.exports = { input: ${accepting}, run: () => 'local' };`);
  await write('node_modules/@acme/step/package.json', '{"name":"@acme/step","main":"main.js"}');
  await write(
    'node_modules/@acme/step/main.js',
    `exports.__esModule = true; exports.default = { input: ${accepting}, run: (input) => input };`,
  );
  const known = await stepsOf({ local: './local.js', acme: '@acme/step' }).steps.load();
  expect([...known.keys()]).toEqual(['local', 'acme']);
  const acme = known.get('acme')!;
  await expect(acme.run({ a: 1 }, {} as never)).resolves.toEqual({ a: 1 });
});

test('the input is checked with its paths, and completed before it is run', async () => {
  const example = join(__dirname, '../../../examples/custom-step');
  const checksum = (await stepsOf({ checksum: example }).steps.load()).get('checksum')!;
  expect(checksum.check({ file: 'a' })).toEqual([]);
  expect(checksum.check({ algorithm: 'md5' })).toEqual([
    { path: ['file'], message: expect.stringContaining('expected string') },
    { path: ['algorithm'], message: expect.stringContaining('sha512') },
  ]);
  await expect(checksum.run({}, {} as never)).rejects.toThrow('the input is not valid');
});

test('every package that cannot be loaded is named, with what to do', async () => {
  await write('broken.js', 'throw new Error("no licence\\nmore");');
  await write('needy.js', 'require("nothing-of-that-name");');
  await write('empty.js', 'module.exports = { run: 1 };');
  const { steps } = stepsOf({
    gone: './gone.js',
    absent: '@acme/absent',
    broken: './broken.js',
    needy: './needy.js',
    empty: './empty.js',
  });
  const failure = await steps.load().then(
    () => undefined,
    (error: unknown) => error as { code: string; detail: string },
  );
  expect(failure?.code).toBe('InvalidConfiguration');
  expect(failure?.detail.split('\n')).toEqual([
    `step gone: ./gone.js is not found from ${folder}: the path counts from the folder of sagaline.yaml`,
    `step absent: @acme/absent is not found from ${folder}: run "npm install @acme/absent" in that folder`,
    'step broken: ./broken.js fails to load: no licence',
    expect.stringMatching(
      /^step needy: .\/needy.js fails to load: (Error: )?Cannot find module 'nothing-of-that-name'/,
    ),
    'step empty: it must export `defineStep({ input, run })` of sagaline/step, as default or as module.exports',
  ]);
});

test('what failed is tried again, and a changed list is read anew', async () => {
  const licence = join(folder, 'licence');
  await write(
    'later.js',
    `if (!require('fs').existsSync(${JSON.stringify(licence)})) throw new Error('no licence');
     module.exports = { input: ${accepting}, run: () => null };`,
  );
  const { steps, change } = stepsOf({ later: './later.js' });
  await expect(steps.load()).rejects.toMatchObject({ code: 'InvalidConfiguration' });
  await write('licence', '');
  const first = await steps.load();
  expect([...first.keys()]).toEqual(['later']);
  expect(await steps.load()).toBe(first);
  change({});
  expect((await steps.load()).size).toBe(0);
});

test('outside the tests, whose runner loads modules in its own way, modules of both kinds are loaded', async () => {
  await write('common.cjs', `module.exports = { input: ${accepting}, run: () => 'common' };`);
  await write('modern.mjs', `export default { input: ${accepting}, run: () => 'modern' };`);
  await write('broken.mjs', 'throw new Error("no licence");');
  const script = `
    const { PackageSteps } = require(${JSON.stringify(join(__dirname, '../../../dist/src/adapters/steps/packages.js'))});
    const load = (...files) => new PackageSteps(${JSON.stringify(join(folder, 'sagaline.yaml'))}, {
      current: async () => ({ steps: files.map((file) => ({ name: file, package: './' + file })) }),
    }).load();
    (async () => {
      const steps = await load('common.cjs', 'modern.mjs');
      const said = await Promise.all([...steps.values()].map((step) => step.run({}, {})));
      const failed = await load('broken.mjs', 'gone.mjs').catch((error) => error.detail.split('\\n'));
      console.log(JSON.stringify([...said, ...failed]));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
  expect(JSON.parse(stdout)).toEqual([
    'common',
    'modern',
    'step broken.mjs: ./broken.mjs fails to load: no licence',
    `step gone.mjs: ./gone.mjs is not found from ${folder}: the path counts from the folder of sagaline.yaml`,
  ]);
});
