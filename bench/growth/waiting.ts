import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { updates } from '../../src/domain/messages';
import type { BenchContext } from '../bench';
import { type Figure, figure, type Point } from '../figures';
import { residentMb } from '../memory';
import { runOf } from '../trivial-runs';
import { startAll } from '../waiting-runs';

const sizes = [100, 1_000, 10_000];
const woken = 20;
const lookEveryMs = 1_000;
const settleMs = 10 * 60_000;
/** Looks at the memory once all wait. */
const looks = 15;
const mostKb = 60;
const team = 'team-shop';

const approvalRun = () => runOf([{ uses: 'approval', with: { teams: [team] } }], 'c'.repeat(40));

type Handle = Awaited<ReturnType<typeof startAll>>[number];

/** What 100 to 10,000 waiting runs add to the worker's memory, each, and how soon one of them ends once it is approved. */
export async function waitingFigures(context: BenchContext, client: Client): Promise<Figure[]> {
  const { stage, signal, say, scaled } = context;
  const memory = () => residentMb(stage.platform.pids()['worker'] ?? 0);
  const before = await memory();
  const waiting: Handle[] = [];
  const figures: Figure[] = [figure('worker before runs wait, resident', 'MB', [before])];
  for (const size of sizes) {
    const wanted = scaled(size);
    say(`${String(wanted)} runs wait`);
    const inputs = Array.from({ length: wanted - waiting.length }, approvalRun);
    waiting.push(...(await startAll(client, inputs, signal)));
    await untilWaiting(client, waiting.length, signal);
    const each: number[] = [];
    for (let look = 0; look < scaled(looks); look++) {
      await sleep(lookEveryMs, undefined, { signal });
      each.push((((await memory()) - before) * 1_000) / waiting.length);
    }
    const at = (curve: string): Point => ({ curve, grows: 'runs that wait', x: wanted });
    const isLargest = size === sizes.at(-1);
    const target = isLargest ? { value: Math.max(...each), atMost: mostKb } : null;
    figures.push(
      figure(
        `worker for each of ${String(wanted)} waiting runs`,
        'KB',
        each,
        target,
        at('memory for each waiting run'),
      ),
    );
    const chosen = waiting.splice(0, Math.min(scaled(woken), waiting.length));
    const ms: number[] = [];
    for (const run of chosen) ms.push(await wake(run));
    figures.push(
      figure(
        `one of ${String(wanted)} waiting runs, approved to its end`,
        'ms',
        ms,
        null,
        at('wake-up of a waiting run'),
      ),
    );
  }
  return figures;
}

async function wake(run: Handle): Promise<number> {
  const start = performance.now();
  const request = { actor: 'bench', teams: [team], aliases: [], reason: 'measured' };
  await run.executeUpdate(updates.approve, { args: [request] });
  await run.result();
  return performance.now() - start;
}

async function untilWaiting(client: Client, wanted: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + settleMs;
  const query = 'WorkflowType = "run" AND SagalineStatus = "waiting" AND ExecutionStatus = "Running"';
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count >= wanted) return;
    if (performance.now() > deadline) throw new Error(`only ${String(count)} of ${String(wanted)} runs wait`);
    await sleep(lookEveryMs, undefined, { signal });
  }
}
