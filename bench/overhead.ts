import { Client, Connection } from '@temporalio/client';
import type { BenchContext } from './bench';
import { deliverRuns } from './delivered-runs';
import { type Figure, figure } from './figures';

const warmUp = 5;
const runs = 30;
const steps = Array.from({ length: 5 }, () => ({ uses: 'shell', with: { run: 'true' } }));

/** From a webhook to the start of its run, and to its end when it runs five shell steps that do nothing, one at a time. */
export async function overheadBench(context: BenchContext): Promise<Figure[]> {
  const { stage, signal, say, scaled } = context;
  const { temporal, namespace } = stage.platform;
  const connection = await Connection.connect({ address: temporal });
  const delivered = await deliverRuns(context, new Client({ connection, namespace }), steps);
  const [starts, ends]: [number[], number[]] = [[], []];
  try {
    say(`${scaled(runs)} runs of ${steps.length} steps, one at a time`);
    for (let at = 0; at < warmUp + scaled(runs); at++) {
      signal.throwIfAborted();
      const { sentAt, run } = await delivered.deliver(0);
      const { startTime, closeTime } = await run.describe();
      if (at < warmUp || closeTime === undefined) continue;
      starts.push(startTime.getTime() - sentAt);
      ends.push(closeTime.getTime() - sentAt);
    }
  } finally {
    delivered.close();
    await connection.close();
  }
  return [
    figure('webhook sent to start of its run', 'ms', starts),
    figure(`webhook sent to end of a run of ${steps.length} trivial shell steps`, 'ms', ends),
  ];
}
