import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepository } from '../../../scripts/demo/repository';

const secret = 'hook secret of a test';

interface Delivery {
  headers: IncomingHttpHeaders;
  raw: string;
  payload: Record<string, unknown>;
}

let folder: string;
let server: Server;
let deliveries: Delivery[];
let answers: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-repository-'));
  deliveries = [];
  answers = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      deliveries.push({
        headers: request.headers,
        raw,
        payload: JSON.parse(raw) as Delivery['payload'],
      });
      response.writeHead(answers.shift() ?? 202, { 'retry-after': '0' }).end('{"id":"e-1"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

async function repository() {
  const secretFile = join(folder, 'secret');
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
  return createRepository({
    folder,
    hook: join(__dirname, '../../../examples/git-hook/post-receive.mjs'),
    gateway: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    repository: 'acme/shop',
    secretFile,
    path: process.env['PATH'] ?? '',
  });
}

async function files(text: string): Promise<string> {
  const source = await mkdtemp(join(folder, 'files-'));
  await mkdir(join(source, 'src'));
  await writeFile(join(source, 'src/a.txt'), text);
  return source;
}

function isSigned({ headers, raw }: Delivery): boolean {
  const expected = `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
  const given = String(headers['x-hub-signature-256']);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

test('a push is delivered once, signed, in the form of GitHub, and the pusher reads the answer', async () => {
  const shop = await repository();
  const first = await shop.push(await files('one'), 'The first\n\nwith a body');
  const second = await shop.push(await files('two'), 'The second');
  expect(deliveries).toHaveLength(2);
  expect(deliveries.every(isSigned)).toBe(true);
  expect(deliveries[0]?.headers).toMatchObject({
    'x-github-event': 'push',
    'content-type': 'application/json',
  });
  expect(deliveries[0]?.payload).toMatchObject({
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: first.commit,
    created: true,
    deleted: false,
    repository: { full_name: 'acme/shop' },
    head_commit: { id: first.commit, message: 'The first\n\nwith a body', author: { name: 'Ada Example' } },
  });
  expect(deliveries[1]?.payload).toMatchObject({
    before: first.commit,
    after: second.commit,
    created: false,
  });
  expect(second.said).toBe('sagaline: refs/heads/main accepted, event e-1');
});

test('a gateway that is not ready gets the same delivery again', async () => {
  answers = [503, 503];
  const { said } = await (await repository()).push(await files('one'), 'The first');
  expect(new Set(deliveries.map(({ headers }) => headers['x-github-delivery'])).size).toBe(1);
  expect(deliveries).toHaveLength(3);
  expect(said).toContain('accepted');
});

test('a refused delivery is told to the pusher', async () => {
  answers = [401];
  const { said } = await (await repository()).push(await files('one'), 'The first');
  expect(said).toMatch(/refs\/heads\/main was NOT delivered to .*: 401 \{"id":"e-1"\}/);
  expect(deliveries).toHaveLength(1);
});
