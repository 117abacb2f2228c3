import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { processesOf } from '../../scripts/demo/leftovers';
import { spawnGroup } from '../../src/process';
import { until } from './until';

/** Processes of a platform by a part of their command line. */
const commands = {
  worker: 'dist/workers/main.js',
  gateway: 'dist/src/gateway/main.js',
  temporal: 'server start-dev',
  ledger: 'bin/postgres',
  agent: 'dist/src/target/agent/main.js',
  router: 'dist/src/target/router/main.js',
} as const;
export type ServiceName = keyof typeof commands;

const up = join(__dirname, '../../dist/src/platform/up.js');
const stopGraceMs = 60_000;

/** `npm start` as a process of its own, so that each of its parts can be killed without the test. */
export interface PlatformProcess {
  gateway: string;
  /** host:port */
  temporal: string;
  /** Keeps the supervisor from starting anything again, until `thaw`. */
  freeze: () => void;
  thaw: () => void;
  /** Stops supervisor, gateway, worker and Temporal; releases keep serving. */
  stop: () => Promise<void>;
}

/** Starts the platform with nothing but this environment; throws with what it printed when it does not come up. */
export async function startPlatformProcess(
  cwd: string,
  env: Record<string, string>,
): Promise<PlatformProcess> {
  const release = await holdUsualPorts();
  const group = spawnGroup([process.execPath, up], { cwd, env });
  const { stdout, stderr } = group.child;
  if (!stdout || !stderr) throw new Error('the platform has no output');
  const errors = text(stderr);
  let said = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const ended = group.exited.then(async ({ code }) => {
    throw new Error(`the platform ended with ${String(code)}:\n${said}${await errors}`);
  });
  ended.catch(() => undefined);
  const address = (name: string) => new RegExp(`^${name} +([^ ,\\n]+)[^\\n]*\\n`, 'm').exec(said)?.[1];
  const find = (name: string) =>
    Promise.race([until(`the platform says ${name}`, () => address(name)), ended]);
  try {
    const [gateway, temporal] = [await find('Gateway'), await find('Temporal')];
    return {
      gateway,
      temporal,
      freeze: () => process.kill(group.pid, 'SIGSTOP'),
      thaw: () => process.kill(group.pid, 'SIGCONT'),
      stop: () => group.stop(stopGraceMs),
    };
  } catch (error) {
    await group.stop(stopGraceMs);
    throw error;
  } finally {
    release();
  }
}

/** Pid of a part of the platform on the state folder; undefined while it does not run. */
export async function pidOf(state: string, service: ServiceName): Promise<number | undefined> {
  const found = await processesOf(state);
  // The guard beside a service is a shell that has the service's command line in its own.
  return found.find(({ command }) => command.includes(commands[service]) && !command.startsWith('sh '))?.pid;
}

/** Two platforms that start at once would both find Temporal's usual ports free; while they are held, each takes others. */
async function holdUsualPorts(): Promise<() => void> {
  const servers = [7233, 8233].map((port) => createServer().listen(port, '127.0.0.1'));
  // A port that somebody else has is as good as held.
  await Promise.all(servers.map((server) => once(server, 'listening').catch(() => undefined)));
  return () => {
    for (const server of servers) server.close();
  };
}
