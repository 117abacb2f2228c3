import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { configurationSchema } from '../../src/domain/configuration';
import { until } from '../support/until';
import { bearer, expectProblem, sendHook, startGateway, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

const gatewayWith = (sources: object[], address?: string) => {
  const configuration = configurationSchema.parse({ apiVersion: 'sagaline/v1', project: 'limits', sources });
  return startGateway(address, { configuration: { current: () => Promise.resolve(configuration) } });
};
const slow = { perSecond: 0.5, burst: 2 };

describe('a source with a rate', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await gatewayWith([
      { name: 'github', limits: { rate: slow, bytes: 4096 } },
      { name: 'events', limits: { rate: slow, bytes: 4096 } },
    ]);
  });
  afterAll(() => gateway.stop());
  const event = (token = bearer.authorization) =>
    fetch(`${gateway.url}/events`, {
      method: 'POST',
      headers: {
        ...{ authorization: token, 'content-type': 'application/json', 'ce-specversion': '1.0' },
        ...{ 'ce-id': '1', 'ce-source': '/ci', 'ce-type': 'dev.example.built' },
      },
      body: '{}',
    });

  it('is not used up by whoever cannot sign, and then by its sender alone', async () => {
    const forged = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    for (let sent = 0; sent < 50; sent++) {
      const answer = await sendHook(gateway.url, pushPayload(), { headers: forged });
      expect(answer.status).toBe(401);
    }
    expect((await sendHook(gateway.url, pushPayload())).status).toBe(202);
    expect((await sendHook(gateway.url, pushPayload())).status).toBe(202);
    const over = await sendHook(gateway.url, pushPayload());
    expect(['1', '2']).toContain(over.headers.get('retry-after'));
    await expectProblem(over, 429, 'RateLimited');
    // Of a rate, and not of a fixed number for ever.
    await until('it may send again', async () => (await sendHook(gateway.url, pushPayload())).status === 202);
  });

  it('counts the senders of /events each for itself, and not those without a token', async () => {
    for (let sent = 0; sent < 10; sent++) expect((await event('Bearer wrong')).status).toBe(401);
    expect((await event()).status).toBe(202);
    expect((await event()).status).toBe(202);
    await expectProblem(await event(), 429, 'RateLimited');
  });

  it('tells the rate in the handshake, in requests a minute', async () => {
    const answer = await fetch(`${gateway.url}/events`, {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'ci.example' },
    });
    expect(answer.headers.get('webhook-allowed-rate')).toBe('30');
  });

  it('takes no larger body than it says', async () => {
    const answer = await sendHook(gateway.url, { ...pushPayload(), filler: 'x'.repeat(4096) });
    await expectProblem(answer, 413, 'TooLarge');
  });
});

describe('while Temporal does not answer', () => {
  let silent: ReturnType<typeof createServer>;
  let gateway: TestGateway;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    gateway = await gatewayWith([], `127.0.0.1:${String(port)}`);
  });
  afterAll(async () => {
    await gateway.stop();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('turns away at once what is beyond 500 events of a source, and takes as many again afterwards', async () => {
    const storm = () => Promise.all(Array.from({ length: 520 }, () => sendHook(gateway.url, pushPayload())));
    for (let round = 0; round < 2; round++) {
      const statuses = (await storm()).map(({ status }) => status);
      expect(statuses.filter((status) => status === 503)).toHaveLength(500);
      expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    }
  });
});
