import { mkdir } from 'node:fs/promises';
import { readSettings } from '../src/config';
import { createLog } from '../src/log';
import { startWorker } from './worker';
import { prepareWorkflowThreads } from './workflow-threads';

/** Longer than a worker's own limits for draining, in ms. */
const drainLimitMs = 25_000;

/** The worker process: says `ready` to its parent when it polls, and ends when it has drained. */
async function main(): Promise<void> {
  const settings = readSettings();
  const log = createLog('worker', settings.logLevel);
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  prepareWorkflowThreads();
  const worker = await startWorker(settings, log);
  const stop = () => {
    worker.stop();
    // A worker drains by talking to Temporal, which may be gone as well.
    setTimeout(() => process.exit(1), drainLimitMs).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.send?.('ready');
  await worker.done;
}

main().catch((error: unknown) => {
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}\n`);
  // A worker that fails half started still has connections and timers, which would keep the process alive.
  process.exit(1);
});
