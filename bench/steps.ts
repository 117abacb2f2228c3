import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { runStart } from '../src/run-start';
import type { BenchContext } from './bench';
import { startChild } from './child';
import { addConfiguration, logSink } from './configuration';
import { bounded, type Figure, figure, median } from './figures';
import { measureOrder } from './peers/contender';
import { byHandQueue as taskQueue } from './peers/temporal';
import { messages } from './peers/trivial';
import { shellRun, tellingRun } from './trivial-runs';

const warmUp = 10;
const rounds = 40;
const inFlight = 50;
const usualPerRound = 300;
const throughputRounds = 4;
const mostLatency = 1.25;
const mostThroughput = 1;

/** Executes one workflow to its end. */
type Execute = () => Promise<unknown>;

/** A run of five trivial steps beside a workflow of five activities that was written by hand, on one Temporal server. */
export async function stepsBench(context: BenchContext): Promise<Figure[]> {
  const { folder, stage, signal, say, scaled } = context;
  const { temporal, namespace } = stage.platform;
  await addConfiguration(folder, logSink);
  say('a worker with the workflow that was written by hand starts');
  const stopOther = await startChild('by-hand/worker.js', [temporal, namespace, taskQueue]);
  const connection = await Connection.connect({ address: temporal });
  try {
    const client = new Client({ connection, namespace });
    const byHand: Execute = () =>
      client.workflow.execute('byHand', {
        taskQueue,
        workflowId: `by-hand:${randomUUID()}`,
        args: [messages],
      });
    const execute = (input: ReturnType<typeof tellingRun>) =>
      client.workflow.execute('run', runStart(`run:bench:${randomUUID()}`, input));
    const run: Execute = () => execute(tellingRun(messages));
    const figures = [...(await latency(run, byHand, context)), ...(await throughput(run, byHand, context))];
    const files = join(folder, 'trivial');
    await mkdir(files);
    await writeFile(join(files, 'README.md'), 'Nothing is built here.\n');
    const { commit } = await stage.repository.push(files, 'Do nothing, five times');
    say(`shell steps: ${String(scaled(rounds))} runs`);
    const shell: number[] = [];
    for (let at = 0; at < warmUp + scaled(rounds); at++) {
      signal.throwIfAborted();
      const ms = await timed(() => execute(shellRun(messages, commit)));
      if (at >= warmUp) shell.push(ms);
    }
    return [...figures, figure('a run of five trivial shell steps', 'ms', shell)];
  } finally {
    await connection.close();
    stopOther();
  }
}

/** One of each at a time, in turns. */
async function latency(
  run: Execute,
  byHand: Execute,
  { signal, say, scaled }: BenchContext,
): Promise<Figure[]> {
  say(`one at a time, in turns: ${String(scaled(rounds))} of each`);
  const [runs, others]: [number[], number[]] = [[], []];
  for (let at = 0; at < warmUp + scaled(rounds); at++) {
    signal.throwIfAborted();
    const run_ = await timed(run);
    const other = await timed(byHand);
    if (at < warmUp) continue;
    runs.push(run_);
    others.push(other);
  }
  return [
    figure('a run of five trivial steps', 'ms', runs),
    figure('five activities by hand', 'ms', others),
    bounded(
      'a run over the workflow by hand, medians',
      'times',
      [median(runs) / median(others)],
      mostLatency,
    ),
  ];
}

/** Many at once, in turns. */
async function throughput(
  run: Execute,
  byHand: Execute,
  { signal, say, scaled }: BenchContext,
): Promise<Figure[]> {
  const perRound = scaled(usualPerRound);
  const [runs, others]: [number[], number[]] = [[], []];
  for (let round = 0; round < throughputRounds; round++) {
    say(`${String(inFlight)} in flight, in turns: round ${String(round + 1)} of ${String(throughputRounds)}`);
    runs.push(await perSecond(run, perRound, signal));
    others.push(await perSecond(byHand, perRound, signal));
  }
  return [
    figure(`runs of five trivial steps, ${String(inFlight)} in flight`, 'per second', runs),
    figure(`workflows by hand, ${String(inFlight)} in flight`, 'per second', others),
    bounded(
      'throughput by hand over that of runs, medians',
      'times',
      [median(others) / median(runs)],
      mostThroughput,
    ),
  ];
}

async function perSecond(execute: Execute, perRound: number, signal: AbortSignal): Promise<number> {
  const unlessAborted: Execute = () => {
    signal.throwIfAborted();
    return execute();
  };
  const { seconds } = await measureOrder(unlessAborted, { work: 'steps', count: perRound, inFlight });
  return perRound / seconds;
}

async function timed(act: Execute): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
