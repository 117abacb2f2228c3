import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { runVersion, type RunView } from '../../../src/domain/run';
import { workflowBundle } from '../../setup/temporal';
import { type Harness, startDevHarness } from '../harness';
import { runInputOf } from '../world';
import { type Case, cases } from './cases';
import { lostAttempt, violations } from './model';
import { createRecorder, type Recording } from './recorder';

/** Runs under way at one time. */
const atOnce = 60;
/** Cases after which the worker is replaced by a new one, while runs are under way. */
const casesPerWorker = 50;
/** Share of the runs that may lose an attempt to a worker that is being replaced. */
const maxLostShare = 0.02;
/** Cases of one test; more are split, so that one sees how far it is. */
const casesPerTest = 300;
/** Six times what 300 cases take on two idle cores: a part that is cut off would go on beside the next one. */
const hungAfterMs = 20 * 60_000;
const count = Number(process.env['SAGALINE_SAGA_CASES'] ?? casesPerTest);
const firstSeed = Number(process.env['SAGALINE_SEED'] ?? Math.floor(Math.random() * 2 ** 30));

const parts = Array.from({ length: Math.ceil(count / casesPerTest) }, (_, at) => ({
  seed: firstSeed + at,
  cases: Math.min(casesPerTest, count - at * casesPerTest),
}));

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
}, 60_000);
afterAll(() => harness.stop());

/**
 * Without a cache every workflow task replays its run from the beginning, and workers are replaced while runs are under
 * way. Only runs without local activities can be executed so: this version of the SDK loses their results when nothing is
 * cached (temporalio/sdk-rust#1482), and panics when it is stopped in the midst of one.
 */
const needsCache = ({ plan }: Case): boolean =>
  plan.steps.some(({ uses }) => uses === 'notify' || uses === 'canary');

test.each(parts)(
  '$cases random pipelines (SAGALINE_SEED=$seed) do and undo what the model says',
  async ({ cases: numRuns, seed }) => {
    const drawn = fc.sample(cases, { numRuns, seed });
    const cached = drawn.filter(needsCache);
    const uncached = drawn.filter((one) => !needsCache(one));
    // A worker has one thread for workflows, and waits for most of its time.
    const halves = [0, 1].map((half) => uncached.filter((_, at) => at % 2 === half));
    const found = await Promise.all([
      playAll(cached, 1000, seed),
      ...halves.map((half) => playAll(half, 0, seed)),
    ]);
    expect(found.flat()).toEqual([]);
  },
  hungAfterMs,
);

/** Plays all cases, on workers that keep so many runs in memory, and returns what was wrong. */
async function playAll(all: Case[], maxCachedWorkflows: number, seed: number): Promise<string[]> {
  const { client, nativeConnection } = harness.environment;
  const { runs, activities } = createRecorder(client);
  const taskQueue = `saga-${randomUUID()}`;
  const open = all.map((one, at) => ({ one, at }));

  const play = async (one: Case, at: number): Promise<void> => {
    const workflowId = `run:${String(seed)}-${String(at)}-${randomUUID()}`;
    const recording: Recording = { one, effects: [], attempts: new Map<string, number>(), resolutions: [] };
    runs.set(workflowId, recording);
    const args = [{ ...runInputOf(one.plan), version: runVersion }];
    const handle = await client.workflow.start('run', {
      workflowId,
      taskQueue,
      args,
      workflowTaskTimeout: '2s',
    });
    await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
    await Promise.all(recording.resolutions);
  };
  const batch = async (left: number): Promise<void> => {
    while (open.length > left) {
      const next = open.shift();
      if (next) await play(next.one, next.at);
    }
  };

  const startWorker = () =>
    Worker.create({
      connection: nativeConnection,
      taskQueue,
      workflowBundle: { codePath: workflowBundle() },
      activities,
      maxCachedWorkflows,
      // A task that has been begun has two seconds, and without a cache each one replays its run.
      maxConcurrentWorkflowTaskExecutions: 8,
      // What a worker that is gone had in its cache goes to the next one soon.
      stickyQueueScheduleToStartTimeout: '200ms',
    });

  const slower: Promise<void>[] = [];
  let busy = 0;
  const lane = async (left: number): Promise<void> => {
    busy += 1;
    await batch(left);
    busy -= 1;
  };
  while (open.length > 0) {
    const left = maxCachedWorkflows > 0 ? 0 : Math.max(open.length - casesPerWorker, 0);
    const worker = await startWorker();
    const turn = worker.run();
    const lanes = Array.from({ length: atOnce - busy }, () => lane(left));
    slower.push(...lanes);
    // The next worker takes over what the slower lanes have under way.
    if (left > 0) await Promise.race(lanes);
    else await Promise.all(slower);
    worker.shutdown();
    await turn;
  }
  // Asked at the end, because a worker that is being replaced answers no queries.
  return (await startWorker()).runUntil(async () => {
    const found: string[] = [];
    let lost = 0;
    for (const [id, { one, effects }] of runs) {
      const view = await client.workflow.getHandle(id).query<RunView>('state');
      const faults = violations(one, effects, view);
      if (lostAttempt(one, effects, view)) lost += 1;
      found.push(...faults.map((fault) => `${id} (cache ${String(maxCachedWorkflows)}): ${fault}`));
    }
    if (lost > Math.max(all.length * maxLostShare, 1)) found.push(`${String(lost)} runs lost an attempt`);
    return found;
  });
}
