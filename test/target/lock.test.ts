import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock } from '../../src/target/agent/lock';
import { identify, type ProcessIdentity } from '../../src/target/process-identity';
import { spawnGroup } from '../../src/process';

describe("the agent's lock", () => {
  let folder: string;
  let own: ProcessIdentity;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sagaline-lock-'));
    own = (await identify(process.pid)) ?? { pid: 0, startTime: '' };
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('has one holder, however many try at once', async () => {
    const tried = await Promise.all(Array.from({ length: 20 }, () => acquireLock(folder, own)));
    expect(tried.filter((lock) => lock !== undefined)).toHaveLength(1);
  });

  it('has one new holder when the old one is dead, also where its pid lives on in another process', async () => {
    const child = spawnGroup(['sleep', '60'], { cwd: '/', env: { PATH: process.env['PATH'] ?? '' } });
    const dead = await identify(child.pid);
    expect(dead && (await acquireLock(folder, dead))).toBeDefined();
    expect(await acquireLock(folder, own)).toBeUndefined();
    await child.stop(1000);
    const tried = await Promise.all(Array.from({ length: 20 }, () => acquireLock(folder, own)));
    expect(tried.filter((lock) => lock !== undefined)).toHaveLength(1);
    const reused = join(folder, 'reused');
    await acquireLock(reused, { ...own, startTime: 'earlier' });
    expect(await acquireLock(reused, own)).toBeDefined();
  });

  it('is gone with its folder', async () => {
    const lock = await acquireLock(folder, own);
    expect(await lock?.exists()).toBe(true);
    await rm(folder, { recursive: true });
    expect(await lock?.exists()).toBe(false);
  });
});
