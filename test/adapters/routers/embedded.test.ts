import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedRouter } from '../../../src/adapters/routers/embedded';
import { freePort } from '../../../src/target/free-port';
import { isAlive } from '../../../src/target/process-identity';
import { ask, attention, fence, load, onlyStable, until } from '../../target/harness';
import { openTwoReleases, type TwoReleases, versions } from '../../target/two-releases';

describe('embedded router', () => {
  let open: TwoReleases['open'];
  let stable: TwoReleases['stable'];
  let nextLane: TwoReleases['nextLane'];
  let split: TwoReleases['split'];

  beforeAll(async () => {
    ({ open, stable, nextLane, split } = await openTwoReleases());
  });

  afterAll(() => open.close());

  it('knows nothing of a lane that was never written', async () => {
    expect(await open.router.read(nextLane())).toBeUndefined();
  });

  it('gives the candidate exactly its weight', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), split(12.5));
    expect(await versions(url, 1000)).toEqual({ old: 875, new: 125 });
  });

  it('refuses an older fence and keeps its traffic', async () => {
    const own = nextLane();
    const written = await open.router.write(own, fence(5, 2), split(50));
    for (const older of [fence(4, 9), fence(5, 1)]) {
      await expect(open.router.write(own, older, onlyStable(null))).rejects.toMatchObject({
        code: 'StaleGeneration',
      });
      await expect(open.router.renew(own, older, 1000)).rejects.toMatchObject({ code: 'StaleGeneration' });
    }
    expect(await open.router.read(own)).toEqual(written);
    expect(await open.router.write(own, fence(5, 2), split(50))).toEqual(written);
  });

  it('refuses a weight without a lease', async () => {
    const traffic = { ...split(10), leaseMs: null };
    await expect(open.router.write(nextLane(), fence(1), traffic)).rejects.toMatchObject({
      code: 'Malformed',
    });
  });

  it('falls back to stable when nobody renews the lease, and stays there', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), split(100, 300));
    expect((await ask(url)).version).toBe('new');
    await until(async () => (await open.router.read(own))?.lapsed === true);
    expect(await versions(url, 5)).toEqual({ old: 5 });
    expect(await open.router.renew(own, fence(1), 60_000)).toEqual({ lapsed: true });
    await open.router.write(own, fence(1), split(100));
    expect(await versions(url, 5)).toEqual({ old: 5 });
    await open.router.write(own, fence(1, 1), split(100));
    expect(await versions(url, 5)).toEqual({ new: 5 });
  });

  it('lets a first release serve on when its lease lapses: there is nothing better', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), { ...split(100, 100), stable: null });
    await until(async () => (await open.router.read(own))?.lapsed === true);
    expect(await versions(url, 3)).toEqual({ new: 3 });
  });

  it('keeps the candidate while its lease is renewed', async () => {
    const own = nextLane();
    await open.router.write(own, fence(1), split(100, 400));
    for (let at = 0; at < 6; at += 1) {
      await sleep(100);
      expect(await open.router.renew(own, fence(1), 60_000)).toEqual({ lapsed: false });
    }
    expect((await open.router.read(own))?.lapsed).toBe(false);
  });

  it('promotes under load without one failed request', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable(stable));
    const old = await open.target.deploy(own, fence(1), open.release('a'), {}, attention());
    await open.router.write(own, fence(1, 1), onlyStable(old));
    const clients = load(url, 8);
    await until(() => (clients.seen.get('a') ?? 0) > 50);
    const next = await open.target.deploy(own, fence(2), open.release('b'), {}, attention());
    for (const [at, weight] of [5, 50].entries()) {
      await open.router.write(own, fence(2, at), { ...split(weight), stable: old, candidate: next });
      const seen = clients.seen.get('b') ?? 0;
      await until(() => (clients.seen.get('b') ?? 0) > seen + 10);
    }
    await open.router.write(own, fence(2, 2), onlyStable(next));
    await open.target.retire(own, fence(2, 2), [next.instance]);
    const [before] = [clients.seen.get('b') ?? 0];
    await until(
      async () => (await open.target.running(own)).length === 1 && (clients.seen.get('b') ?? 0) > before + 50,
    );
    expect(Object.keys(await clients.stop()).sort()).toEqual(['a', 'b']);
  });

  it('comes back on its ports with its traffic when it is killed', async () => {
    const own = nextLane();
    const lapsing = nextLane();
    const { url } = await open.router.write(own, fence(3), split(50));
    const { url: lapsed } = await open.router.write(lapsing, fence(1), split(100, 1));
    const before = await open.routerProcess();
    process.kill(before.pid, 'SIGKILL');
    await until(async () => !(await isAlive(before)));
    const traffic = await open.router.read(own);
    const after = await open.routerProcess();
    expect(after.pid).not.toBe(before.pid);
    expect(after.port).toBe(before.port);
    expect(traffic).toMatchObject({ url, weight: 50, fence: fence(3), lapsed: false });
    expect(await versions(url, 10)).toEqual({ old: 5, new: 5 });
    expect(await versions(lapsed, 4)).toEqual({ old: 4 });
    await expect(open.router.write(own, fence(2), onlyStable(stable))).rejects.toMatchObject({
      code: 'StaleGeneration',
    });
  });

  it('listens on the port that an environment asks for, and says so when that is taken', async () => {
    const port = await freePort();
    const [one, other] = [nextLane(), nextLane()];
    const fixed = new EmbeddedRouter(open.host, { [one.service]: port, [other.service]: port });
    expect((await fixed.write(one, fence(1), onlyStable(stable))).url).toBe(
      `http://127.0.0.1:${String(port)}`,
    );
    expect((await ask(`http://127.0.0.1:${String(port)}`)).version).toBe('old');
    await expect(fixed.write(other, fence(1), onlyStable(stable))).rejects.toMatchObject({
      code: 'InvalidConfiguration',
      detail: expect.stringContaining(String(port)) as string,
    });
    expect(await open.router.read(other)).toBeUndefined();
  });
});
