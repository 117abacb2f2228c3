import { connect } from 'node:net';
import { once } from 'node:events';
import { EmbeddedRouter } from '../../../src/adapters/routers/embedded';
import { freePort } from '../../../src/target/free-port';
import { processStartedAt } from '../../../src/process';
import { ask, attention, fence, lane, onlyStable, openTarget, type OpenTarget, until } from '../harness';

describe('a router that dies', () => {
  let open: OpenTarget;
  beforeAll(async () => {
    open = await openTarget();
  });
  afterAll(async () => {
    await open.close();
  });

  const killRouter = async (): Promise<void> => {
    const { pid } = await open.routerProcess();
    process.kill(pid, 'SIGKILL');
    await until(async () => (await processStartedAt(pid)) === undefined);
  };
  const refuses = async (port: number): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return false;
    } catch {
      return true;
    } finally {
      socket.destroy();
    }
  };

  it('keeps new connections waiting for the next one, again and again, and refuses none', async () => {
    const backend = await open.target.deploy(lane, fence(1), open.release('only'), {}, attention());
    const { url } = await open.router.write(lane, fence(1), onlyStable(backend));
    for (let time = 0; time < 3; time += 1) {
      await killRouter();
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(url)));
      expect(new Set(answers.map(({ status, version }) => `${String(status)} ${version ?? ''}`))).toEqual(
        new Set(['200 only']),
      );
    }
  });

  it('holds no port that its lane has left', async () => {
    const own = { ...lane, service: 'mover' };
    const [first, second] = [await freePort(), await freePort()];
    await new EmbeddedRouter(open.host, { mover: first }).write(own, fence(1), onlyStable(null));
    await new EmbeddedRouter(open.host, { mover: second }).write(own, fence(2), onlyStable(null));
    expect(await refuses(first)).toBe(true);
    await killRouter();
    expect([await refuses(first), await refuses(second)]).toEqual([true, false]);
    await until(async () => (await ask(`http://127.0.0.1:${String(second)}`)).status === 503);
    expect(await refuses(first)).toBe(true);
  });
});
