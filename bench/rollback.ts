import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exposureTo } from '../scripts/demo/answers';
import { readCanary } from '../scripts/demo/canary-history';
import { createTraffic } from '../scripts/demo/traffic';
import type { BenchContext } from './bench';
import { bounded, type Figure } from './figures';
import { firstRelease, pushVersion } from './releases';

const badVersions = 5;
const requestsPerSecond = 300;
/** The check interval in examples/shop/.sagaline/deliver.yaml. */
const intervalMs = 1000;
const mostMs = 250;
/** Time in ms for the last answers to come in. */
const settleMs = 500;

/** How long a bad version is seen: by the platform once a measurement fails, and by the clients in all. */
export async function rollbackBench(context: BenchContext): Promise<Figure[]> {
  const { stage, examples, signal, say } = context;
  const broken = new AbortController();
  const traffic = createTraffic(stage.shopUrl, requestsPerSecond, (error) => broken.abort(error));
  const whole = { ...context, signal: AbortSignal.any([signal, broken.signal]) };
  const [reactions, failing]: [number[], number[]] = [[], []];
  try {
    await firstRelease(whole, traffic);
    await sleep(2 * intervalMs, undefined, { signal: whole.signal });
    for (let at = 0; at < badVersions; at++) {
      const version = `3.0.${at}`;
      const files = join(examples, 'changes/3-discounts');
      const run = await pushVersion(whole, { files, version, ends: 'rolled-back' });
      await sleep(settleMs, undefined, { signal: whole.signal });
      const rollback = (await readCanary(stage.platform, run.id))?.rollback;
      const failingMs = rollback && exposureTo(traffic.answers, version, rollback.candidacy)?.failingMs;
      if (rollback === undefined || typeof failingMs !== 'number')
        throw new Error(`nobody met version ${version}`);
      say(`${version}: ${rollback.ms.toFixed(0)} ms, seen to fail for ${failingMs.toFixed(0)} ms`);
      reactions.push(rollback.ms);
      failing.push(failingMs);
    }
  } finally {
    await traffic.stop();
  }
  return [
    bounded('failing measurement to 100 % stable', 'ms', reactions, mostMs),
    bounded('first bad answer to last, as clients saw it', 'ms', failing, intervalMs + mostMs),
  ];
}
