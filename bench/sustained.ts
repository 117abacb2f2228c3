import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createControl } from '../src/cli/control';
import { allEvents } from '../src/cli/pages';
import type { BenchContext } from './bench';
import { bounded, type Figure, figure, median, quantile } from './figures';
import type { LoadOrder, LoadResult } from './load';
import { residentMb } from './memory';

/** Seconds of each load at full rate, and of the one in which memory is watched. */
const fullSeconds = 60;
const halfSeconds = 40;
const watchedSeconds = 180;
const warmUpSeconds = 20;
const inFlight = 64;
const manyRefs = 200;
const oneSubject = 10_000;
const oneSubjectSeconds = 600;
/** Milliseconds that the ledger has after a load for what it has not yet. */
const drainMs = 300_000;

/** Nobody registered it, so that the worker's part is the same few steps for every event. */
const repository = 'acme/unregistered';

const targets = { rate: 1.11, p99: 3, memory: 1.05, subject: 1.1 };

/** The gateway under load beside bare signalWithStart: how many a second, how soon, in how much memory, and whether all are in the ledger. */
export async function sustainedBench(context: BenchContext): Promise<Figure[]> {
  const child = fork(join(__dirname, 'load.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const without: string[] = [];
  try {
    const load = await loader(context, child, without);
    for (const mode of ['hook', 'bare'] as const)
      await load({ mode, name: `warm-${mode}`, seconds: warmUpSeconds, perSecond: null });
    const full = { seconds: fullSeconds, perSecond: null };
    const rates = { bare: [] as number[], hook: [] as number[] };
    // The server gets slower with what it keeps, so that each comes as late as the other on average.
    for (const mode of ['bare', 'hook', 'hook', 'bare'] as const) {
      const name = `${mode}-${String(rates[mode].length + 1)}`;
      rates[mode].push((await load({ mode, name, ...full })).perSecond);
    }
    const half = { perSecond: Math.floor(mean(rates.bare) / 2) };
    const bareHalf = await load({ mode: 'bare', name: 'bare-half-1', seconds: halfSeconds, ...half });
    const hookHalf = await load({ mode: 'hook', name: 'hook-half', seconds: watchedSeconds, ...half });
    const bareAgain = await load({ mode: 'bare', name: 'bare-half-2', seconds: halfSeconds, ...half });
    const bareMs = [...bareHalf.answerMs, ...bareAgain.answerMs];
    const alone = { refs: 1, inFlight: 1, most: oneSubject, seconds: oneSubjectSeconds, perSecond: null };
    const ofOne = await load({ mode: 'hook', name: 'one-subject', ...alone });
    return [
      figure('bare signalWithStart, full rate', 'per second', rates.bare),
      figure('POST /hooks/github, full rate', 'per second', rates.hook),
      bounded('rate: bare / gateway', 'times', [mean(rates.bare) / mean(rates.hook)], targets.rate),
      figure(`bare, ${String(half.perSecond)} a second`, 'ms', bareMs),
      figure(`gateway, ${String(half.perSecond)} a second`, 'ms', hookHalf.answerMs),
      bounded('p99: gateway / bare', 'times', [p99(hookHalf.answerMs) / p99(bareMs)], targets.p99),
      figure('resident memory of the gateway', 'MB', hookHalf.megabytes),
      bounded(
        'memory: last minute / first',
        'times',
        [lastOverFirst(hookHalf.megabytes, 60)],
        targets.memory,
      ),
      figure(`${String(ofOne.accepted.length)} events of one subject`, 'ms', ofOne.answerMs),
      bounded(
        'one subject: last 100 / first 100',
        'times',
        [lastOverFirst(ofOne.answerMs, 100)],
        targets.subject,
      ),
      bounded('accepted events without decision', 'events', [without.length], 0),
    ];
  } finally {
    child.kill('SIGKILL');
  }
}

type Ordered = Pick<LoadOrder, 'mode' | 'name' | 'seconds' | 'perSecond'> & Partial<LoadOrder>;

/** Has the child send loads; accepted events without their one decision are added to `without`. */
async function loader(context: BenchContext, child: ChildProcess, without: string[]) {
  const { folder, stage, signal, say, scaled } = context;
  const { temporal, namespace, gateway, token } = stage.platform;
  const secret = (await readFile(join(folder, 'hook-secret'), 'utf8')).trim();
  const base = { temporal, namespace, gateway, secret, repository, inFlight, refs: manyRefs };
  return async ({ most = null, ...order }: Ordered): Promise<LoadResult & { megabytes: number[] }> => {
    const since = new Date().toISOString();
    const size = { seconds: scaled(order.seconds), most: most === null ? null : scaled(most) };
    const memory = watch(stage.platform.pids()['gateway'] ?? 0);
    child.send({ ...base, ...order, ...size });
    const [result] = (await once(child, 'message', { signal })) as [LoadResult];
    // Before the ledger is asked for all events, which is not part of the load.
    const megabytes = await memory.stop();
    const refused = Object.entries(result.refused).map(([why, count]) => `; ${String(count)}: ${why}`);
    say(`${order.name}: ${result.perSecond.toFixed(0)} a second${refused.join('')}`);
    without.push(...(await undecided({ gateway, token, signal }, since, result.accepted)));
    return { ...result, megabytes };
  };
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

const p99 = (answerMs: readonly number[]): number => quantile(answerMs, 0.99);

const lastOverFirst = (samples: readonly number[], count: number): number =>
  median(samples.slice(-count)) / median(samples.slice(0, count));

/** Resident memory of a process in MB, once a second. */
function watch(pid: number): { stop: () => Promise<number[]> } {
  const stopping = new AbortController();
  const measure = async () => {
    const samples: number[] = [];
    while (!stopping.signal.aborted) {
      samples.push(await residentMb(pid));
      await sleep(1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return samples;
  };
  const measured = measure();
  return {
    stop: () => {
      stopping.abort();
      return measured;
    },
  };
}

/** Delivery ids of accepted events that the ledger does not have with exactly one decision, after time enough to route them. */
async function undecided(
  { gateway, token, signal }: { gateway: string; token: string; signal: AbortSignal },
  since: string,
  accepted: readonly string[],
): Promise<string[]> {
  const control = createControl(gateway, token);
  const filters = new URLSearchParams({ repository, since });
  const missing = new Set(accepted);
  const end = Date.now() + drainMs;
  while (missing.size > 0 && Date.now() < end) {
    for await (const { deliveryId, decisions } of allEvents(control, filters))
      if (decisions.length === 1) missing.delete(deliveryId);
    if (missing.size > 0) await sleep(2_000, undefined, { signal });
  }
  return [...missing];
}
