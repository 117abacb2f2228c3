import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessGroup, run, spawnGroup } from '../../src/process';
import { freePort } from '../../src/target/free-port';
import { devServerAddress } from '../setup/temporal';
import { token } from './gateway';

let folder: string;
let port: number;
let group: ProcessGroup;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-connections-'));
  port = await freePort();
  const file = join(folder, 'sagaline.yaml');
  await writeFile(file, JSON.stringify({ apiVersion: 'sagaline/v1' }));
  group = spawnGroup([process.execPath, join(__dirname, '../../dist/src/gateway/main.js')], {
    cwd: folder,
    env: {
      ...{ TEMPORAL_ADDRESS: devServerAddress(), SAGALINE_STATE: folder, SAGALINE_CONFIG: file },
      ...{ SAGALINE_PORT: String(port), SAGALINE_TOKEN: token, SAGALINE_SECRET_GITHUB: 'a secret' },
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  expect(await once(group.child, 'message')).toContain('ready');
});
afterAll(async () => {
  await group.stop(0);
  await rm(folder, { recursive: true, force: true });
});

const head = 'POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const alive = async () => (await fetch(`http://127.0.0.1:${String(port)}/healthz`)).status;

/** Megabytes that the gateway holds. */
async function memory(): Promise<number> {
  const argv = ['ps', '-o', 'rss=', '-p', String(group.pid)];
  const { stdout } = await run(argv, { cwd: '/', env: { PATH: process.env['PATH'] ?? '' } });
  return Number(stdout) / 1024;
}

/** A connection that begins a request and never ends it; what it is answered before it is closed. */
async function slow(): Promise<{ closed: Promise<string> }> {
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed]);
  socket.write(`${head}X-Slow: `);
  return { closed };
}

it('ten thousand slow connections hold no more than a thousand places and little memory, and are cut off', async () => {
  const before = await memory();
  const all: { closed: Promise<string> }[] = [];
  while (all.length < 10_000) all.push(...(await Promise.all(Array.from({ length: 250 }, slow))));
  const grown = (await memory()) - before;
  const answers = await Promise.all(all.map(({ closed }) => closed));
  // Who got no place is closed at once, without an answer; the others may have been cut off while the rest still came.
  expect(answers.filter((answer) => answer === '').length).toBeGreaterThan(7_000);
  expect(answers.filter((answer) => answer !== '' && !answer.startsWith('HTTP/1.1 408 '))).toEqual([]);
  expect(grown).toBeLessThan(128);
  expect(await alive()).toBe(200);
});

it('an endless chunked body of nobody is cut off at the limit of its source', async () => {
  const before = await memory();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let sent = 0;
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * 1024, ' '), Buffer.from('\r\n')]);
  const pour = () => {
    while (!socket.destroyed && answer === '' && socket.write(chunk)) sent += chunk.length;
  };
  socket.on('drain', pour);
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  pour();
  await closed;
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(sent).toBeLessThan(40 * 1024 * 1024);
  expect((await memory()) - before).toBeLessThan(128);
  expect(await alive()).toBe(200);
});
