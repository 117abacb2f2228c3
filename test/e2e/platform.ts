import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { lastLines } from '../../scripts/demo/logs';
import { stopTarget } from '../../src/adapters/targets';
import type { LaneView } from '../../src/domain/lane';
import type { Traffic } from '../../src/domain/release';
import type { RunView } from '../../src/domain/run';
import { type ProcessGroup, spawnGroup } from '../../src/process';
import { bearer, json, secret, token } from '../gateway/gateway';
import { startDevServer } from '../setup/dev-server';
import { temporalCliPath } from '../setup/temporal';

const main = join(__dirname, '../../dist/src/platform/up.js');
const lookEveryMs = 50;
const graceMs = 30_000;

/** What `GET /lanes/:service/:environment` answers. */
export type LaneAnswer = LaneView & { traffic: Traffic | null };

/** A platform as `npm start` starts it, with a Temporal server and a folder of its own. */
export interface TestPlatform {
  folder: string;
  /** Address of the gateway. */
  url: string;
  /** host:port of Temporal. */
  temporal: string;
  namespace: string;
  /** GET with the token; the answer as it comes. */
  get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  /** GET with the token; the body, read as JSON. */
  read: (path: string) => ReturnType<typeof json>;
  post: (path: string, body: unknown) => Promise<Response>;
  run: (id: string) => Promise<RunView>;
  lane: () => Promise<LaneAnswer>;
  /** Resolves with the first view of the run that is as wanted. */
  runUntil: (id: string, wanted: (view: RunView) => boolean) => Promise<RunView>;
  stop: () => Promise<void>;
}

export interface PlatformOptions {
  /** sagaline.yaml; `folder` is the platform's. */
  configuration: (folder: string) => object;
  /** Values of secrets. */
  secrets?: (folder: string) => Record<string, string>;
}

/** Asks until the answer is as wanted; the test's timeout ends a wait in vain. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await pause(lookEveryMs);
  }
}

/** Starts it; throws with the ends of its logs when it does not come up. */
export async function startTestPlatform(options: PlatformOptions): Promise<TestPlatform> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-e2e-')));
  const state = join(folder, 'state');
  const configFile = join(folder, 'sagaline.yaml');
  await writeFile(configFile, stringify(options.configuration(folder)));
  const server = await startDevServer(temporalCliPath());
  const group = spawnGroup([process.execPath, main], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TEMPORAL_ADDRESS: server.address,
      SAGALINE_STATE: state,
      SAGALINE_CONFIG: configFile,
      SAGALINE_PORT: '0',
      SAGALINE_TOKEN: token,
      SAGALINE_SECRET_GITHUB: secret,
      ...options.secrets?.(folder),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    await group.stop(graceMs);
    await stopTarget(state);
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const url = await gatewayOf(group);
    return { folder, url, temporal: server.address, namespace: 'default', ...client(url), stop };
  } catch (error) {
    const logs = await lastLines(folder);
    await stop();
    throw new Error(`the platform did not start:\n${logs}`, { cause: error });
  }
}

/** The address that the platform prints once it serves. */
async function gatewayOf({ child }: ProcessGroup): Promise<string> {
  if (!child.stdout) throw new Error('its output is not read');
  for await (const line of createInterface(child.stdout)) {
    const url = /^Gateway +(\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('it ended without serving');
}

function client(url: string) {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { headers: { ...bearer, ...headers } });
  const read = async (path: string) => json(await get(path));
  const run = (id: string): Promise<RunView> => read(`/runs/${encodeURIComponent(id)}`);
  return {
    get,
    read,
    run,
    post: (path: string, body: unknown) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    lane: (): Promise<LaneAnswer> => read('/lanes/shop/production'),
    runUntil: (id: string, wanted: (view: RunView) => boolean) => until(() => run(id), wanted),
  };
}
