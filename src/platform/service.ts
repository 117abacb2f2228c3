import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { SagalineError } from '../domain/errors';
import { endingWithUs } from '../guard';
import { type Account, type ProcessGroup, spawnGroup } from '../process';

/** A process that is kept running. */
export interface ServiceOptions {
  name: string;
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  /** Whom the process runs as; absent for the account of this one. */
  account?: Account | undefined;
  /** A folder that the process finds open as its descriptor 5. */
  openFolder?: string | undefined;
  logFile: string;
  /** What tells it to end; TERM where nothing is said. */
  endsAt?: 'TERM' | 'INT';
  /** Resolves when the process serves; rejects when it never will. */
  untilReady: (group: ProcessGroup, signal: AbortSignal) => Promise<void>;
  log: Logger;
}

export interface Service {
  pid: () => number | undefined;
  stop: () => Promise<void>;
}

const stopGraceMs = 15_000;
const firstBackoffMs = 200;
const maxBackoffMs = 5000;
/** A process that has served this long in ms is healthy: its next death is restarted without delay. */
const healthyAfterMs = 30_000;

/** Starts a service; resolves once it serves, and starts it again whenever it dies. Rejects when its first start fails. */
export async function startService(options: ServiceOptions): Promise<Service> {
  let stopping = false;
  // A function, because the compiler does not see that the variable changes during an await.
  const isStopping = () => stopping;
  let group = launch(options);
  await readyOrDead(options, group);

  const keep = (async () => {
    let backoff = firstBackoffMs;
    for (;;) {
      const started = performance.now();
      const exit = await group.exited.catch(() => ({ code: null, signal: null }));
      // What the leader leaves behind would hold its ports against the next one.
      group.kill('SIGKILL');
      if (isStopping()) return;
      options.log.warn({ service: options.name, ...exit }, 'service died and is started again');
      if (performance.now() - started > healthyAfterMs) backoff = firstBackoffMs;
      await delay(backoff);
      backoff = Math.min(backoff * 2, maxBackoffMs);
      if (isStopping()) return;
      group = relaunch(options) ?? group;
    }
  })();
  return {
    pid: () => group.pid,
    async stop() {
      stopping = true;
      await group.stop(stopGraceMs, `SIG${options.endsAt ?? 'TERM'}`);
      await keep;
    },
  };
}

/** Undefined when the system does not let it start now: its caller tries again. */
function relaunch(options: ServiceOptions): ProcessGroup | undefined {
  try {
    return launch(options);
  } catch (error) {
    options.log.error({ service: options.name, err: error }, 'service cannot be started');
    return undefined;
  }
}

function launch({
  argv,
  env,
  cwd,
  account,
  logFile,
  openFolder,
  endsAt = 'TERM',
}: ServiceOptions): ProcessGroup {
  const log = openSync(logFile, 'a', 0o600);
  const folder = openFolder === undefined ? undefined : openSync(openFolder, 'r');
  try {
    return spawnGroup(endingWithUs(argv, endsAt), {
      cwd,
      env,
      account,
      stdio: ['ignore', log, log, 'pipe', 'ipc', ...(folder === undefined ? [] : [folder])],
    });
  } finally {
    closeSync(log);
    if (folder !== undefined) closeSync(folder);
  }
}

async function readyOrDead(
  { name, logFile, untilReady }: ServiceOptions,
  group: ProcessGroup,
): Promise<void> {
  const died = group.exited.then(({ code, signal }) => {
    const how = signal ?? `exit code ${code ?? 'unknown'}`;
    throw new SagalineError(
      'TargetUnavailable',
      `${name} ended while starting (${how}); its log is ${logFile}`,
    );
  });
  const waiting = new AbortController();
  try {
    await Promise.race([untilReady(group, waiting.signal), died]);
  } catch (error) {
    await group.stop(0);
    throw error;
  } finally {
    waiting.abort();
    died.catch(() => undefined);
  }
}

/** Waits for the message that our own processes send their parent. */
export function untilItSaysReady(group: ProcessGroup): Promise<void> {
  return new Promise((resolve) => {
    group.child.on('message', (message) => {
      if (message === 'ready') resolve();
    });
  });
}
