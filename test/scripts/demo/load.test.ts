import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import type { Answer } from '../../../scripts/demo/answers';
import { startLoad } from '../../../scripts/demo/load';

const root = join(__dirname, '../../..');
let folder: string;
let program: string;
let server: Server;
let url: string;
let reply: (response: ServerResponse, count: number) => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-load-'));
  program = join(folder, 'load-process.js');
  const { code } = await transformFile(join(root, 'scripts/demo/load-process.ts'), {
    module: { type: 'commonjs' },
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  });
  await writeFile(program, code);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  let count = 0;
  server = createServer((_, response) => {
    count++;
    reply(response, count);
    server.emit('answered', count);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const unexpected = (error: Error) => {
  throw error;
};

async function answered(count: number): Promise<void> {
  for (;;) {
    const [seen] = (await once(server, 'answered')) as [number];
    if (seen >= count) return;
  }
}

test('every answer arrives with its time, status and version', async () => {
  reply = (response, count) => {
    response.writeHead(count % 10 === 0 ? 500 : 200, { 'X-Shop-Version': '2.0.0' }).end('{}');
  };
  const began = Date.now();
  const answers: Answer[] = [];
  const load = startLoad(url, 400, answers, unexpected, program);
  await answered(300);
  await load.stop();
  expect(answers.length).toBeGreaterThanOrEqual(280);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 500]));
  expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['2.0.0']));
  for (const { at, ms } of answers) {
    expect(at).toBeGreaterThanOrEqual(began);
    expect(ms).toBeGreaterThanOrEqual(0);
  }
});

test('a request whose connection dies counts as one without an answer', async () => {
  reply = (response, count) => {
    if (count === 50) response.socket?.destroy();
    else response.end('{}');
  };
  const answers: Answer[] = [];
  const load = startLoad(url, 400, answers, unexpected, program);
  await answered(600);
  await load.stop();
  expect(answers.filter(({ status }) => status === 0)).toHaveLength(1);
});

test('an early end of the generator is told', async () => {
  const failure = await new Promise<Error>((resolve) => {
    startLoad('http://127.0.0.1:0/', 400, [], resolve, join(folder, 'nothing.js'));
  });
  expect(failure.message).toContain('the load generator ended');
});
