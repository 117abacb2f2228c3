import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import type { RunView } from '../../../src/domain/run';
import { workflowBundle } from '../../setup/temporal';
import { type Harness, startDevHarness } from '../harness';
import { runInputOf } from '../world';
import { type Case, cases } from './cases';
import { violations } from './model';
import { createRecorder } from './recorder';

/** Runs under way at one time. */
const atOnce = 25;
const count = Number(process.env['SAGALINE_SAGA_CASES'] ?? 500);
const seed = Number(process.env['SAGALINE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
}, 60_000);
afterAll(() => harness.stop());

test(
  `${String(count)} random pipelines (SAGALINE_SEED=${String(seed)}) do and undo what the model says`,
  async () => {
    const drawn = fc.sample(cases, { numRuns: count, seed });
    const { client, nativeConnection } = harness.environment;
    const { runs, activities } = createRecorder(client);
    const taskQueue = `saga-${randomUUID()}`;
    const startWorker = () =>
      Worker.create({
        connection: nativeConnection,
        taskQueue,
        workflowBundle: { codePath: workflowBundle() },
        activities,
        // Every workflow task replays its run from the beginning, as after a restart of the worker.
        maxCachedWorkflows: Number(process.env['CACHE'] ?? 2),
      });

    const play = async (one: Case, at: number): Promise<string[]> => {
      const workflowId = `run:${String(seed)}-${String(at)}-${randomUUID()}`;
      const recording = { one, effects: [], attempts: new Map<string, number>(), resolutions: [] };
      runs.set(workflowId, recording);
      const args = [{ ...runInputOf(one.plan), version: 2 }];
      const handle = await client.workflow.start('run', { workflowId, taskQueue, args });
      await handle.result().catch((error: unknown) => {
        if (!(error instanceof WorkflowFailedError)) throw error;
      });
      await Promise.all(recording.resolutions);
      const view = await handle.query<RunView>('state');
      return violations(one, recording.effects, view).map((fault) => `case ${String(at)}: ${fault}`);
    };

    const found: string[] = [];
    const open = drawn.map((one, at) => ({ one, at }));
    const lane = async (): Promise<void> => {
      for (let next = open.shift(); next; next = open.shift()) found.push(...(await play(next.one, next.at)));
    };
    let worker = await startWorker();
    let running = worker.run();
    const all = Promise.all(Array.from({ length: atOnce }, lane));
    const ended = all.then(() => true);
    // The worker is replaced again and again while runs are under way.
    for (let left = open.length; left > 0 && !(await Promise.race([ended, passed(left)])); left = open.length) {
      worker.shutdown();
      await running;
      worker = await startWorker();
      running = worker.run();
    }
    await all;
    worker.shutdown();
    await running;
    expect(found).toEqual([]);

    /** Resolves when another hundred cases have begun. */
    async function passed(left: number): Promise<false> {
      while (open.length > Math.max(left - 100, 0)) await new Promise((resolve) => setTimeout(resolve, 50));
      return false;
    }
  },
  count * 600 + 60_000,
);
