import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../../src/target/free-port';
import { TargetClient } from '../../../src/target/client/target-client';
import { ask, fence, onlyStable, post, until } from '../harness';
import { openTwoReleases, type TwoReleases, versions } from '../two-releases';

describe('forwarding of requests', () => {
  let open: TwoReleases['open'];
  let stable: TwoReleases['stable'];
  let candidate: TwoReleases['candidate'];
  let nextLane: TwoReleases['nextLane'];
  let split: TwoReleases['split'];

  beforeAll(async () => {
    ({ open, stable, candidate, nextLane, split } = await openTwoReleases());
  });

  afterAll(() => open.close());

  it('names the release of every answer', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable(stable));
    expect(await ask(url)).toMatchObject({ release: stable.release.id, version: 'old' });
    expect(await ask(url, '/fail')).toMatchObject({ release: stable.release.id, status: 500 });
  });

  it('answers 503 where no release serves', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable(null));
    const answer = await ask(url);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'TargetUnavailable', status: 503 });
  });

  it('spares clients a candidate that refuses connections, and counts its failures', async () => {
    const own = nextLane();
    const dead = { ...candidate, ports: [await freePort()] };
    const { url } = await open.router.write(own, fence(1), { ...split(50), candidate: dead });
    expect(await versions(url, 10)).toEqual({ old: 10 });
    expect(await post(url, 'body')).toBe(200);
    expect(await post(url, 'body')).toBe(502);
    expect(await open.metrics.query(own, ['error-rate'])).toEqual([
      { query: 'error-rate', candidate: { samples: 6, value: 1 }, stable: { samples: 11, value: 0 } },
    ]);
  });

  it('cuts off an answer that its release broke off, and counts that as an error', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable(stable));
    await expect(ask(url, '/break')).rejects.toThrow();
    expect(await open.metrics.query(own, ['error-rate'])).toMatchObject([
      { stable: { samples: 1, value: 1 } },
    ]);
  });

  it('does not blame a release for a client that went away', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable(stable));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    const inFlight = async () =>
      (await open.router.lanes()).find((status) => status.lane.service === own.service)?.inFlight ?? {};
    await until(async () => (await inFlight())[stable.instance] === 1);
    socket.destroy();
    await until(async () => Object.keys(await inFlight()).length === 0);
    expect(await open.metrics.query(own, ['error-rate'])).toMatchObject([
      { stable: { samples: 0, value: null } },
    ]);
  });

  it('joins upgraded connections with a release', async () => {
    const server = createServer().on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), onlyStable({ ...stable, ports: [port] }));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('101 Switching Protocols');
    socket.write('echo');
    expect(((await once(socket, 'data')) as [Buffer])[0].toString()).toBe('echo');
    socket.destroy();
    server.close();
  });

  it('exposes metrics of the releases that have traffic, and of no others', async () => {
    const own = nextLane();
    const { url } = await open.router.write(own, fence(1), split(50));
    await versions(url, 4);
    const scrape = async () => {
      const { layout } = new TargetClient(open.state);
      const token = await readFile(layout.token, 'utf8');
      const response = await fetch(`http://127.0.0.1:${String((await open.routerProcess()).port)}/metrics`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await response.text()).split('\n').filter((line) => line.includes(`service="${own.service}"`));
    };
    const before = await scrape();
    const labels = `project="default",service="${own.service}",environment="production"`;
    expect(before).toContain(
      `sagaline_router_requests_total{${labels},release="${candidate.release.id}",role="candidate",code="200"} 2`,
    );
    await open.router.write(own, fence(2), onlyStable(stable));
    const after = await scrape();
    expect(after.some((line) => line.includes(candidate.release.id))).toBe(false);
    expect(after.some((line) => line.includes(stable.release.id))).toBe(true);
  });
});
