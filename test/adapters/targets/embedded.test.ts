import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SagalineError } from '../../../src/domain/errors';
import { stopTarget, watchTarget } from '../../../src/adapters/targets';
import { EmbeddedTarget } from '../../../src/adapters/targets/embedded';
import { TargetHost } from '../../../src/target/client/target-host';
import { instanceFolder } from '../../../src/target/layout';
import { isAlive } from '../../../src/target/process-identity';
import { processStartedAt } from '../../../src/process';
import {
  fence,
  ask,
  attention,
  lane,
  onlyStable,
  openTarget,
  type OpenTarget,
  until,
} from '../../target/harness';

const url = (port = 0) => `http://127.0.0.1:${String(port)}`;
describe('embedded target', () => {
  let open: OpenTarget;

  beforeEach(async () => {
    open = await openTarget();
  });

  afterEach(async () => {
    await open.close();
  });

  it('starts every replica with its own environment and nothing of ours', async () => {
    const release = open.release('1', { replicas: 2, secrets: ['DB_URL'] });
    const backend = await open.target.deploy(
      lane,
      fence(1),
      release,
      { DB_URL: 'postgres://x' },
      attention(),
    );
    expect(backend).toMatchObject({ instance: `${release.id}.1`, release });
    expect(new Set(backend.ports).size).toBe(2);
    const { env } = JSON.parse((await ask(url(backend.ports[0]))).body) as { env: Record<string, string> };
    expect(env).toMatchObject({ VERSION: '1', DB_URL: 'postgres://x', PORT: String(backend.ports[0]) });
    expect(Object.keys(env).sort()).toEqual(
      expect.arrayContaining(['DB_URL', 'HOME', 'LANG', 'PATH', 'PORT', 'TMPDIR', 'VERSION']),
    );
    expect(env).not.toHaveProperty('NODE_ENV');
    expect(await open.target.running(lane)).toEqual([backend]);
  });

  it('finds a repeated deploy done, and refuses an older one', async () => {
    const first = await open.target.deploy(lane, fence(2), open.release('1'), {}, attention());
    const { pid } = await ask(url(first.ports[0]));
    const again = await Promise.all(
      [1, 2].map(() => open.target.deploy(lane, fence(2), open.release('1'), {}, attention())),
    );
    expect(again).toEqual([first, first]);
    expect((await ask(url(first.ports[0]))).pid).toBe(pid);
    await expect(
      open.target.deploy(lane, fence(1), open.release('0'), {}, attention()),
    ).rejects.toMatchObject({
      code: 'StaleGeneration',
      detail: expect.stringContaining('shop in production is at 2.0') as string,
    });
    await expect(open.target.retire(lane, fence(1), [])).rejects.toMatchObject({ code: 'StaleGeneration' });
  });

  it('says why a release is not ready, without its secrets, and leaves nothing of it', async () => {
    const release = open.release('1', { start: 'echo "cannot reach $DB_URL"; exit 3', secrets: ['DB_URL'] });
    const deploy = open.target.deploy(lane, fence(1), release, { DB_URL: 'postgres://secret' }, attention());
    await expect(deploy).rejects.toMatchObject({ code: 'NotReady' });
    const { detail } = await deploy.then(
      () => ({ detail: '' }),
      (error: unknown) => error as SagalineError,
    );
    expect(detail).toContain('ended before it answered GET /healthz');
    expect(detail).toContain('cannot reach [secret]');
    await expect(stat(instanceFolder(open.host.client.layout, lane, `${release.id}.1`))).rejects.toThrow();
    expect(await open.target.running(lane)).toEqual([]);
  });

  it('gives up on a release that stays silent', async () => {
    const release = open.release('1', { ready: '/fail', readyTimeoutMs: 300 });
    await expect(open.target.deploy(lane, fence(1), release, {}, attention())).rejects.toMatchObject({
      code: 'NotReady',
      detail: expect.stringMatching(/gave no 2xx within 0.3 s to GET .fail.*\nstarting 1$/s) as string,
    });
  });

  it('starts an instance again when it dies, on its port', async () => {
    const backend = await open.target.deploy(lane, fence(1), open.release('1'), {}, attention());
    const { pid = 0 } = await ask(url(backend.ports[0]));
    process.kill(pid, 'SIGKILL');
    await until(() =>
      ask(url(backend.ports[0])).then(
        (answer) => answer.pid !== pid,
        () => false,
      ),
    );
    expect(await open.target.running(lane)).toEqual([backend]);
  });

  it('ends a retired instance after its open requests, and removes its folder', async () => {
    const old = await open.target.deploy(lane, fence(1), open.release('1'), {}, attention());
    const { url: address } = await open.router.write(lane, fence(1, 1), onlyStable(old));
    const { pid = 0 } = await ask(address);
    const slow = ask(address, '/slow');
    const next = await open.target.deploy(lane, fence(2), open.release('2'), {}, attention());
    await until(async () => Object.hasOwn((await open.router.lanes())[0]?.inFlight ?? {}, old.instance));
    await open.router.write(lane, fence(2, 1), onlyStable(next));
    await open.target.retire(lane, fence(2, 1), [next.instance]);
    expect(await slow).toMatchObject({ status: 200, version: '1' });
    await until(async () => (await processStartedAt(pid)) === undefined);
    const folder = instanceFolder(open.host.client.layout, lane, old.instance);
    await until(() =>
      stat(folder).then(
        () => false,
        () => true,
      ),
    );
    expect(await open.target.running(lane)).toEqual([next]);
  });

  it('serves on while its agent is dead, and the next agent takes over', async () => {
    const backend = await open.target.deploy(lane, fence(3), open.release('1'), {}, attention());
    const traffic = await open.router.write(lane, fence(3, 1), onlyStable(backend));
    const before = await ask(traffic.url);
    const agent = await open.agent();
    process.kill(agent.pid, 'SIGKILL');
    await until(async () => !(await isAlive(agent)));
    expect(await ask(traffic.url)).toEqual(before);
    await open.host.ensure();
    expect((await open.agent()).port).toBe(agent.port);
    expect(await ask(traffic.url)).toEqual(before);
    expect(await open.target.running(lane)).toEqual([backend]);
    expect(await open.router.read(lane)).toEqual(traffic);
    await expect(open.target.retire(lane, fence(2), [])).rejects.toMatchObject({ code: 'StaleGeneration' });
    process.kill(before.pid ?? 0, 'SIGKILL');
    await until(() =>
      ask(traffic.url).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });

  it('has one agent, however many ask for it at once', async () => {
    const hosts = [1, 2, 3].map(() => new TargetHost(open.state, open.path));
    await Promise.all(hosts.map((host) => host.ensure()));
    const agent = await open.agent();
    await Promise.all(hosts.map((host) => host.ensure()));
    expect(await open.agent()).toEqual(agent);
    expect(
      (await Promise.all(hosts.map((host) => new EmbeddedTarget(host, open.blobs).running(lane)))).flat(),
    ).toEqual([]);
  });

  it('is kept alive by whoever watches it', async () => {
    const stop = watchTarget(open.state, open.path, () => undefined);
    await until(async () => (await open.host.client.livingAgent()) !== undefined);
    const agent = await open.agent();
    process.kill(agent.pid, 'SIGKILL');
    await until(async () => ((await open.host.client.livingAgent()) ?? agent).pid !== agent.pid);
    stop();
  });

  it('leaves no process after a stop, and brings the release back at the next start', async () => {
    const backend = await open.target.deploy(
      lane,
      fence(1),
      open.release('1', { replicas: 2 }),
      {},
      attention(),
    );
    const traffic = await open.router.write(lane, fence(1, 1), onlyStable(backend));
    const pids = await Promise.all(backend.ports.map(async (port) => (await ask(url(port))).pid ?? 0));
    pids.push((await open.agent()).pid, (await open.routerProcess()).pid);
    await stopTarget(open.state);
    expect(await Promise.all(pids.map(processStartedAt))).toEqual(pids.map(() => undefined));
    await expect(ask(traffic.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await open.host.ensure();
    await until(() => ask(traffic.url).then(({ status }) => status === 200));
    expect(await open.router.read(lane)).toEqual(traffic);
  });

  it('stops what a dead agent has left', async () => {
    const backend = await open.target.deploy(lane, fence(1), open.release('1'), {}, attention());
    const { pid = 0 } = await ask(url(backend.ports[0]));
    const [agent, router] = [await open.agent(), await open.routerProcess()];
    process.kill(agent.pid, 'SIGKILL');
    await until(async () => !(await isAlive(agent)));
    await stopTarget(open.state);
    expect(await Promise.all([pid, router.pid].map(processStartedAt))).toEqual([undefined, undefined]);
  });

  it('lets nobody in without the token', async () => {
    await open.host.ensure();
    const { token, agentLog } = open.host.client.layout;
    for (const { port } of [await open.agent(), await open.routerProcess()]) {
      expect(await ask(url(port), '/health')).toMatchObject({ status: 401 });
    }
    expect((await stat(token)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(token))).mode & 0o777).toBe(0o700);
    expect(await readFile(agentLog, 'utf8')).not.toContain(await readFile(token, 'utf8'));
  });

  it('says where to look when the agent cannot start', async () => {
    await open.host.ensure();
    await open.host.client.stop();
    await writeFile(join(open.state, 'target', 'router.json'), '{}');
    await expect(open.host.ensure()).rejects.toMatchObject({
      code: 'TargetUnavailable',
      detail: expect.stringContaining('agent.log') as string,
    });
    await writeFile(
      join(open.state, 'target', 'router.json'),
      JSON.stringify({ pid: 1, startTime: 'x', port: 1 }),
    );
  });
});
