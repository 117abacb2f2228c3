import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { SagalineError } from '../domain/errors';
import { searchAttributes } from '../domain/messages';
import { type Service, startService } from './service';

export interface TemporalServerOptions {
  cli: string;
  /** Folder of the database and the log. */
  folder: string;
  port: number;
  uiPort: number;
  env: Record<string, string>;
  log: Logger;
}

/** A starting server has this long in ms to answer. */
const startLimitMs = 60_000;
const askEveryMs = 100;

/**
 * Dynamic settings of a Temporal server that make hops short. A history shard reads each of its queues at most 20 times a second
 * by default, so that each hop would wait: only the queue of tasks for workers is read more often, because what is read at once
 * costs less. It reads timers up to a second ahead, so that each new one would last at least that long; eager execution hands a
 * worker the activities that its own workflow task scheduled.
 */
export const shortHops = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxTimeShift': '10ms',
  'system.enableActivityEagerExecution': true,
} as const;

/** Arguments of the dev server; synchronous=FULL keeps what was acknowledged through a power cut. */
export function devServerArguments({
  folder,
  port,
  uiPort,
}: Omit<TemporalServerOptions, 'cli' | 'env' | 'log'>) {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', join(folder, 'temporal.db')],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...Object.entries(shortHops).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${JSON.stringify(value)}`,
    ]),
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...['--log-level', 'error'],
  ];
}

/** Starts a dev server on a database file and keeps it running; resolves when it answers. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<Service> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  return startService({
    name: 'temporal',
    argv: [options.cli, ...devServerArguments(options)],
    env: options.env,
    cwd: options.folder,
    logFile: join(options.folder, 'temporal.log'),
    untilReady: (_group, signal) => untilServing(`127.0.0.1:${options.port}`, signal),
    log: options.log,
  });
}

/** Resolves when the namespace `default` of the server at `address` can be described. */
export async function untilServing(address: string, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1000 });
      await connection.workflowService
        .describeNamespace({ namespace: 'default' })
        .finally(() => connection.close());
      return;
    } catch (error) {
      if (signal?.aborted || performance.now() > deadline) {
        const detail = `no Temporal server answers at ${address}`;
        throw new SagalineError('Unavailable', detail, { cause: error });
      }
      await delay(askEveryMs);
    }
  }
}
