import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { platformFolder } from '../../scripts/demo/stage';
import type { BenchContext } from '../bench';
import { type Figure, figure, median } from '../figures';
import { measureOrder } from '../peers/contender';
import { messages } from '../peers/trivial';
import { tellingRun } from '../trivial-runs';
import { startRun } from '../waiting-runs';

const counts = [1, 2, 4];
const inFlight = 50;
const perRound = 300;

/** Runs a second that one, two and four worker processes execute on this machine: up, and down again. */
export async function workerFigures(context: BenchContext, client: Client): Promise<Figure[]> {
  const { signal, say, scaled } = context;
  const more: ChildProcess[] = [];
  const rates = new Map<number, number[]>(counts.map((count) => [count, []]));
  const order = { work: 'steps', count: scaled(perRound), inFlight } as const;
  const measure = async () => {
    const run = async (): Promise<unknown> => (await startRun(client, tellingRun(messages))).result();
    const { ms, seconds } = await measureOrder(run, order);
    return ms.length / seconds;
  };
  try {
    say('the first worker warms up');
    await measure();
    for (const count of [...counts, ...counts.toReversed()]) {
      signal.throwIfAborted();
      while (more.length + 1 < count) more.push(await startWorker(context));
      while (more.length + 1 > count) await stopWorker(more.pop());
      say(`${String(count)} workers, ${String(inFlight)} runs in flight`);
      rates.get(count)?.push(await measure());
    }
  } finally {
    for (const worker of more) await stopWorker(worker);
  }
  const of = (count: number) => rates.get(count) ?? [];
  const curve = { curve: 'runs a second by workers', grows: 'worker processes on one machine' };
  return [
    ...counts.map((count) =>
      figure(
        `${String(count)} workers: trivial runs, ${String(inFlight)} in flight`,
        'per second',
        of(count),
        null,
        {
          ...{ ...curve, x: count },
        },
      ),
    ),
    ...counts
      .slice(1)
      .map((count) =>
        figure(`${String(count)} workers over one`, 'times', [median(of(count)) / median(of(1))]),
      ),
  ];
}

/** One more worker process beside the platform's own; resolves when it polls. */
async function startWorker({ folder, stage, setup }: BenchContext): Promise<ChildProcess> {
  const own = Object.entries(setup.environment).filter(([name]) => !/^(SAGALINE|TEMPORAL)_/.test(name));
  const env = {
    ...Object.fromEntries(own),
    SAGALINE_STATE: platformFolder(folder),
    SAGALINE_CONFIG: join(folder, 'sagaline.yaml'),
    TEMPORAL_ADDRESS: stage.platform.temporal,
  };
  const entry = join(__dirname, '../../workers/main.js');
  const child = fork(entry, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a further worker has ended')));
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return child;
}

async function stopWorker(worker: ChildProcess | undefined): Promise<void> {
  if (worker?.exitCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
}
