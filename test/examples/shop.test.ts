import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePipeline } from '../../src/domain/pipeline-file';
import { run } from '../../src/process';

const examples = join(__dirname, '../../examples');
const changes = ['2-stock', '3-discounts', '4-rounding'];

/** The shop as it is after the first `count` changes, in a folder of its own. */
async function shopAfter(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-shop-'));
  await cp(join(examples, 'shop'), folder, { recursive: true });
  for (const change of changes.slice(0, count)) {
    await cp(join(examples, 'changes', change), folder, { recursive: true });
  }
  const database = join(folder, 'database.json');
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_FILE: database };
  const execute = (...argv: string[]) => run(argv, { cwd: folder, env, timeoutMs: 30_000 });
  return { folder, database, execute, remove: () => rm(folder, { recursive: true, force: true }) };
}

type Shop = Awaited<ReturnType<typeof shopAfter>>;

async function withShop<T>(count: number, work: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await shopAfter(count);
  try {
    return await work(shop);
  } finally {
    await shop.remove();
  }
}

test('its pipeline is valid and undoes its migration', async () => {
  const file = join(examples, 'shop/.sagaline/deliver.yaml');
  const { steps } = parsePipeline('deliver.yaml', await readFile(file, 'utf8'));
  expect(steps.map(({ id }) => id)).toEqual(['build', 'test', 'scan', 'migrate', 'release']);
  expect(steps[3]).toMatchObject({ compensate: { with: { run: './migrate to "$FROM"' } } });
});

test.each([
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 1],
])('version %i: its tests end with %i', (version, exitCode) =>
  withShop(version - 1, async ({ execute, folder }) => {
    expect((await execute('node', 'build.js')).exitCode).toBe(0);
    const built: unknown = JSON.parse(await readFile(join(folder, 'dist/build.json'), 'utf8'));
    expect(built).toMatchObject({ version: `${String(version)}.0.0` });
    expect((await execute('node', '--test')).exitCode).toBe(exitCode);
  }),
);

test('a migration that is undone leaves the database as it was', () =>
  withShop(2, async ({ execute, database }) => {
    await execute('./migrate', 'to', '2');
    const before = await readFile(database, 'utf8');
    expect((await execute('./migrate', 'version')).stdout).toBe('2\n');
    expect((await execute('./migrate', 'up')).stdout).toContain('up 003-discounts.js');
    expect(await readFile(database, 'utf8')).not.toBe(before);
    expect((await execute('./migrate', 'to', '2')).stdout).toContain('down 003-discounts.js');
    expect(await readFile(database, 'utf8')).toBe(before);
  }));

test('migrating is idempotent, and refuses what it does not know', () =>
  withShop(0, async ({ execute, database }) => {
    await execute('./migrate', 'up');
    const before = await readFile(database, 'utf8');
    expect((await execute('./migrate', 'up')).stdout).toBe('database is at version 1\n');
    expect(await readFile(database, 'utf8')).toBe(before);
    const unknown = await execute('./migrate', 'to', '7');
    expect(unknown.exitCode).not.toBe(0);
    expect(unknown.stderr).toContain('there is no version 7: the newest is 1');
    expect((await execute('./migrate', 'down')).exitCode).toBe(2);
  }));

test('version 3 fails for three products in ten', () =>
  withShop(2, async ({ execute }) => {
    await execute('./migrate', 'up');
    const script = `
      import { readFile } from 'node:fs/promises';
      import { offer } from './src/offer.js';
      const { products } = JSON.parse(await readFile(process.env.DATABASE_FILE, 'utf8')).data;
      console.log(products.filter((product) => { try { offer(product); } catch { return true; } }).length);`;
    const { stdout } = await execute('node', '--input-type=module', '--eval', script);
    expect(stdout).toBe('3\n');
  }));
