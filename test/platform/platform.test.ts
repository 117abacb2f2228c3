import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stopTarget } from '../../src/adapters/targets';
import { processStartedAt } from '../../src/process';
import { temporalCliPath } from '../setup/temporal';

const entry = join(__dirname, '../../dist/src/platform/up.js');

let folder: string;
let state: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-up-'));
  state = join(folder, 'state');
});
afterEach(async () => {
  await stopTarget(state);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** `npm start` without npm; resolves with its screen once the platform serves. */
async function up(extra: Record<string, string> = {}) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SAGALINE_STATE: state,
    SAGALINE_PORT: '',
    SAGALINE_TEMPORAL_CLI: temporalCliPath(),
    ...extra,
  };
  const child = spawn(process.execPath, [entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let screen = '';
  child.stderr.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      if (screen.includes('Ctrl-C')) resolve();
    });
  });
  await Promise.race([started, exited]);
  return { child, exited, screen: () => screen };
}

async function servicePids(): Promise<number[]> {
  const record = JSON.parse(await readFile(join(state, 'platform.json'), 'utf8')) as {
    pids: Record<string, number>;
  };
  return Object.values(record.pids);
}

async function untilGone(pids: number[]): Promise<void> {
  for (const pid of pids) while ((await processStartedAt(pid)) !== undefined) await delay(50);
}

test('it says where everything is, refuses a second one on its folder, and leaves no process when told to stop', async () => {
  const { child, exited, screen } = await up();
  expect(screen()).toMatch(/Gateway +http:\/\/127\.0\.0\.1:\d+/);
  const gateway = /http:\/\/127\.0\.0\.1:\d+/.exec(screen())?.[0] ?? '';
  expect((await fetch(`${gateway}/readyz`)).status).toBe(200);
  const pids = await servicePids();
  expect(pids).toHaveLength(4);
  const second = await up();
  expect((await second.exited)[0]).toBe(1);
  expect(second.screen()).toContain(`pid ${String(child.pid)}`);
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
  await untilGone(pids);
});

test('its services end with it when it is killed', async () => {
  const { child, exited } = await up();
  const pids = await servicePids();
  child.kill('SIGKILL');
  await exited;
  await untilGone(pids);
});

test("a Temporal profile of the person who starts it does not reach the platform's own server", async () => {
  const { child, exited, screen } = await up({ TEMPORAL_NAMESPACE: 'elsewhere', TEMPORAL_API_KEY: 'key' });
  expect(screen()).toContain('namespace default');
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
});

test('a Temporal command that cannot start a server is named at once', async () => {
  const { exited, screen } = await up({ SAGALINE_TEMPORAL_CLI: '/bin/false' });
  expect((await exited)[0]).toBe(1);
  expect(screen()).toContain('temporal ended while starting');
});
