import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { bearer, expectProblem, json, sendHook, signalled, startGateway, type TestGateway } from './gateway';
import { devServerAddress } from '../setup/temporal';
import { pushPayload } from './payloads';

/** A door before the Temporal server that can be shut: to the gateway, the server is then gone. */
class Door {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  async open(): Promise<void> {
    const [host, port] = devServerAddress().split(':');
    this.server = createServer((inner) => {
      const outer = new Socket().connect(Number(port), host ?? '');
      for (const [one, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (typeof address === 'object' && address) this.port = address.port;
  }

  async shut(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }
}

const door = new Door();
let gateway: TestGateway;
let direct: TestGateway;
beforeAll(async () => {
  await door.open();
  gateway = await startGateway(`127.0.0.1:${door.port}`);
  direct = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
  await direct.stop();
  await door.shut();
});

it('answers 503 while Temporal is gone, and the same delivery is accepted once it is back', async () => {
  const deliveryId = 'sent-twice';
  const send = () => sendHook(gateway.url, pushPayload(), { deliveryId });
  await door.shut();
  const [refused, control, ready] = await Promise.all([
    send(),
    fetch(`${gateway.url}/runs`, { headers: bearer }),
    fetch(`${gateway.url}/readyz`),
  ]);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  for (const answer of [refused, control, ready]) await expectProblem(answer, 503, 'Unavailable');
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);

  await door.open();
  let answer = await send();
  // gRPC waits between two attempts to connect; each answer until then must be an honest 503.
  while (answer.status === 503) answer = await send();
  expect(answer.status).toBe(202);
  const { inbox } = await json(answer);
  const events = await signalled(direct.client, inbox);
  expect(events.map((event) => event['deliveryId'])).toContain(deliveryId);
});
