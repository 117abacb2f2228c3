import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from 'tar';
import { FileBlobStore } from '../../src/adapters/blobs/files';
import { stopTarget } from '../../src/adapters/targets';
import { EmbeddedTarget } from '../../src/adapters/targets/embedded';
import { EmbeddedRouter } from '../../src/adapters/routers/embedded';
import { RouterMetricSource } from '../../src/adapters/metrics/router';
import { makeRelease } from '../../src/domain/release-id';
import type { Backend, DesiredTraffic, Fence, LaneRef, Release } from '../../src/domain/release';
import type { Attention } from '../../src/ports';
import { TargetHost } from '../../src/target/client/target-host';
import { readJson } from '../../src/target/durable-file';
import { type Endpoint, endpointSchema } from '../../src/target/process-identity';

/** A release: answers with its version and pid, fails on /fail, takes its time on /slow, dies on /die. */
const server = `
const { VERSION = 'none', PORT } = process.env;
console.log('starting', VERSION);
require('node:http').createServer((request, response) => {
  const answer = () => response.end(JSON.stringify({ version: VERSION, pid: process.pid, env: process.env }));
  if (request.url === '/fail') response.statusCode = 500;
  if (request.url === '/die') return process.exit(1);
  if (request.url === '/break') return response.write('half', () => response.destroy());
  if (request.url === '/slow') return setTimeout(answer, 700);
  answer();
}).listen(Number(PORT), '127.0.0.1');
`;

export const attention = (signal = new AbortController().signal): Attention => ({
  signal,
  heartbeat: () => undefined,
});

/** The right of a grant to write, with its `sequence`-th change. */
export const fence = (generation: number, sequence = 0): Fence => ({ generation, sequence });

export const lane: LaneRef = { project: 'default', service: 'shop', environment: 'production' };

/** A state folder with a target of its own; `close` leaves nothing behind. */
export async function openTarget() {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-target-'));
  const state = join(folder, 'state');
  const blobs = new FileBlobStore(join(folder, 'blobs'));
  const path = process.env['PATH'] ?? '';
  const host = new TargetHost(state, path);
  const artifact = await pack(folder, blobs, { 'server.js': server });
  return {
    folder,
    state,
    path,
    blobs,
    host,
    target: new EmbeddedTarget(host, blobs),
    router: new EmbeddedRouter(host),
    metrics: new RouterMetricSource(host.client),
    release: (version: string, change: Partial<Release> = {}): Release =>
      makeRelease({
        artifact,
        start: 'node server.js',
        ready: '/healthz',
        readyTimeoutMs: 20_000,
        replicas: 1,
        env: { VERSION: version },
        secrets: [],
        commit: 'c'.repeat(40),
        runId: 'run',
        ...change,
      }),
    agent: () => endpoint(host.client.layout.agent),
    routerProcess: () => endpoint(host.client.layout.router),
    async close() {
      await stopTarget(state);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type OpenTarget = Awaited<ReturnType<typeof openTarget>>;

/** Packs files into an archive of the blob store and returns its digest. */
export async function pack(
  folder: string,
  blobs: FileBlobStore,
  files: Record<string, string>,
): Promise<string> {
  const source = join(folder, 'source');
  await mkdir(source, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(source, name), content);
  await create({ cwd: source, file: join(folder, 'artifact.tar'), portable: true }, Object.keys(files));
  return blobs.put(join(folder, 'artifact.tar'));
}

async function endpoint(file: string): Promise<Endpoint> {
  const found = await readJson(file, endpointSchema);
  if (!found) throw new Error(`${file} is missing`);
  return found;
}

export const onlyStable = (stable: Backend | null): DesiredTraffic => ({
  stable,
  candidate: null,
  weight: 0,
  leaseMs: null,
  earlier: [],
});

export interface Answer {
  status: number;
  release: string | undefined;
  version: string | undefined;
  pid: number | undefined;
  body: string;
}

/** One GET; without an agent each has a connection of its own. */
export function ask(url: string, path = '/', agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = get(new URL(path, url), { agent: agent ?? false }, (response) => {
      text(response).then((body) => {
        const parsed = body.startsWith('{') ? (JSON.parse(body) as { version?: string; pid?: number }) : {};
        const release = response.headers['x-sagaline-release'];
        resolve({
          status: response.statusCode ?? 0,
          release: typeof release === 'string' ? release : undefined,
          version: parsed.version,
          pid: parsed.pid,
          body,
        });
      }, reject);
    });
    call.once('error', reject);
  });
}

/** One POST with a body. */
export function post(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** Sends requests on kept connections until `stop` is called; the result counts answers by version, and failures. */
export function load(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true });
  const seen = new Map<string, number>();
  let running = true;
  const one = async () => {
    while (running) {
      const answer = await ask(url, '/', agent).catch((error: unknown) => ({
        status: 0,
        version: String(error),
      }));
      const key =
        answer.status === 200
          ? String(answer.version)
          : `failed: ${String(answer.status)} ${String(answer.version)}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  };
  const workers = Array.from({ length: connections }, one);
  return {
    seen,
    async stop(): Promise<Record<string, number>> {
      running = false;
      await Promise.all(workers);
      agent.destroy();
      return Object.fromEntries(seen);
    },
  };
}

/** Asks until the condition holds; a wait that never ends fails after 20 s. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  while (!(await condition())) await sleep(20, undefined, { signal });
}
