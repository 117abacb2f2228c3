import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import express from 'express';
import { pino } from 'pino';
import { readSettings } from '../../src/config';
import { safeHeaders } from '../../src/gateway/headers';
import { createGatewayServer, createGatewayTlsServer, stopServer } from '../../src/gateway/server';
import { readTlsPair, renewTls, type TlsPair } from '../../src/gateway/tls';
import { spawnGroup } from '../../src/process';
import { freePort } from '../../src/target/free-port';
import { selfSigned } from '../adapters/http/certificate';
import { devServerAddress } from '../setup/temporal';
import { until } from '../support/until';
import { startGateway, type TestGateway } from './gateway';

const everyMs = 20;
let folder: string;
let files: TlsPair;
let first: TlsPair;
let server: ReturnType<typeof createGatewayTlsServer>;
let port: number;
const logged: string[] = [];
const log = pino({}, { write: (line: string) => logged.push(line) });
const write = ({ cert, key }: TlsPair) =>
  Promise.all([writeFile(files.cert, cert), writeFile(files.key, key)]);

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-tls-')));
  files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  first = selfSigned('localhost');
  logged.length = 0;
  await write(first);
  const app = express().get('/', (request, response) => {
    response.json({ secure: request.secure });
  });
  server = createGatewayTlsServer(app, await readTlsPair(files));
  server.once('close', renewTls(server, files, await readTlsPair(files), log, everyMs));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  await stopServer(server, 0);
  await rm(folder, { recursive: true });
});

/** An open TLS connection that trusts this certificate alone. */
async function open({ cert }: Pick<TlsPair, 'cert'>, options: object = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: cert, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function ask(agent: Agent): Promise<string> {
  const sent = request({ port, host: '127.0.0.1', servername: 'localhost', agent }).end();
  const [answer] = await once(sent, 'response');
  return text(answer);
}

/** Everything that comes back before the connection is closed, by either end. */
async function said(socket: Socket, words: string): Promise<string> {
  socket.on('error', () => undefined);
  socket.write(words);
  return text(socket).catch(() => 'closed');
}

it('serves a renewed certificate, and keeps the connections that are open', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: first.cert });
  expect(await ask(agent)).toBe('{"secure":true}');
  const second = selfSigned('localhost');
  await write(second);
  await until('the new certificate is served', async () => {
    const socket = await open(second).catch(() => undefined);
    socket?.destroy();
    return socket !== undefined;
  });
  await expect(open(first)).rejects.toThrow('self-signed');
  // A new connection would not trust the new certificate.
  expect(await ask(agent)).toBe('{"secure":true}');
  agent.destroy();
});

it('keeps the last certificate while the files hold half of a pair, or none', async () => {
  await writeFile(files.key, selfSigned('localhost').key);
  await until('the mismatch is told', () => logged.some((line) => line.includes('cannot be read anew')));
  (await open(first)).destroy();
  await rm(files.key);
  await until('the missing file is told', () => logged.some((line) => line.includes('ENOENT')));
  (await open(first)).destroy();
});

it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await open(first, { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  }
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(open(first, old)).rejects.toThrow(/version|alert/);
});

it('cuts off who does not speak TLS, and goes on', async () => {
  const plain = () => connect(port, '127.0.0.1');
  expect(await said(plain(), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).not.toMatch(/^HTTP\/1.1 [25]/);
  expect(await said(plain(), '\x16\x03\x01\xff\xff')).not.toContain('HTTP');
  plain()
    .on('error', () => undefined)
    .end();
  (await open(first)).destroy();
});

it('has the limits of the plain server', async () => {
  const plain = createGatewayServer(express());
  for (const limit of ['headersTimeout', 'requestTimeout', 'keepAliveTimeout', 'maxConnections'] as const)
    expect([limit, server[limit]]).toEqual([limit, plain[limit]]);
  expect(await said(await open(first), 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"code":"Malformed"/s);
  expect(await said(await open(first), `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 /,
  );
  const silent = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(silent, 'close');
}, 30_000);

it('the settings name both files or none', () => {
  const cert = { SAGALINE_TLS_CERT: 'cert.pem' };
  expect(() => readSettings(cert)).toThrow('SAGALINE_TLS_KEY: is missing');
  expect(() => readSettings({ SAGALINE_TLS_KEY: 'key.pem' })).toThrow('SAGALINE_TLS_CERT: is missing');
  expect(readSettings({}).url).toBe('http://127.0.0.1:8080');
  expect(readSettings({ ...cert, SAGALINE_TLS_KEY: 'key.pem' }).url).toBe('https://127.0.0.1:8080');
});

it('the command trusts a certificate of NODE_EXTRA_CA_CERTS', async () => {
  const command = [
    join(__dirname, '../../dist/src/cli/main.js'),
    'run',
    'list',
    '--url',
    `https://localhost:${String(port)}`,
  ];
  const asked = (more: Record<string, string>) =>
    promisify(execFile)(process.execPath, command, {
      env: { ...more, SAGALINE_TOKEN: 'a-token-of-the-tests' },
    })
      .then(() => '')
      .catch((error: unknown) => (error as { stderr: string }).stderr);
  expect(await asked({})).toContain('SELF_SIGNED');
  expect(await asked({ NODE_EXTRA_CA_CERTS: files.cert })).toContain('404');
});

describe('headers', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.stop());

  it.each(['/healthz', '/nowhere', '/runs', '/openapi.json'])(
    'of %s are safe, and promise no TLS',
    async (path) => {
      const { headers } = await fetch(`${gateway.url}${path}`);
      for (const [name, value] of Object.entries(safeHeaders))
        expect([name, headers.get(name)]).toEqual([name, value]);
      for (const name of [
        'strict-transport-security',
        'x-powered-by',
        'server',
        'access-control-allow-origin',
      ])
        expect([name, headers.get(name)]).toEqual([name, null]);
    },
  );

  it('of what Node refuses are safe as well', async () => {
    const answer = await said(connect(gateway.port, '127.0.0.1'), 'hello\r\n\r\n');
    for (const [name, value] of Object.entries(safeHeaders)) expect(answer).toContain(`${name}: ${value}`);
  });
});

it('the gateway process serves TLS with both files, and then promises it', async () => {
  const gatewayPort = await freePort();
  const group = spawnGroup([process.execPath, join(__dirname, '../../dist/src/gateway/main.js')], {
    cwd: folder,
    env: {
      TEMPORAL_ADDRESS: devServerAddress(),
      SAGALINE_STATE: join(folder, 'state'),
      SAGALINE_PORT: String(gatewayPort),
      SAGALINE_TLS_CERT: files.cert,
      SAGALINE_TLS_KEY: 'key.pem',
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    expect(await once(group.child, 'message')).toContain('ready');
    const options = { port: gatewayPort, host: '127.0.0.1', servername: 'localhost', ca: first.cert };
    const [answer] = await once(request({ ...options, path: '/healthz', agent: false }).end(), 'response');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    answer.resume();
  } finally {
    group.kill('SIGTERM');
    await group.stop(5000);
  }
});
