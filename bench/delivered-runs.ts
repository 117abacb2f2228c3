import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { stringify } from 'yaml';
import { repositoryName } from '../scripts/demo/stage';
import { inboxId, runWorkflowId } from '../src/domain/identity';
import type { BenchContext } from './bench';
import { eventOf, HookSender, movingHook } from './pushes';
import { inSequence } from './trivial-runs';

const pipeline = 'trivial';
const startLimitMs = 120_000;
/**
 * A look at a run that has not begun costs Temporal as much as a hop, so one is taken when the run may be there: half of the time
 * of the one before, because a run that is over and not looked at yet is one less in flight.
 */
const lookAfter = { share: 0.5, pauseShare: 0.1, leastMs: 5 };

/** A webhook whose run is over. */
export interface Delivered {
  /** Ms since the epoch. */
  sentAt: number;
  /** Workflow id of the inbox that got its event. */
  inbox: string;
  run: WorkflowHandle;
}

/** Sends webhooks of pushes, and follows the run of each to its end. */
export interface DeliveredRuns {
  /** Sends one to a ref of that number and waits for its run. */
  deliver: (lane: number) => Promise<Delivered>;
  close: () => void;
}

/**
 * A repository whose pipeline has these steps, one after the other, for pushes to branches `lane-<number>`; each branch goes
 * to and fro between two commits, so that every push is of a commit that exists.
 */
export async function deliverRuns(
  { folder, stage }: Pick<BenchContext, 'folder' | 'stage'>,
  client: Client,
  steps: readonly object[],
): Promise<DeliveredRuns> {
  const secret = (await readFile(join(folder, 'hook-secret'), 'utf8')).trim();
  const commits = [
    await pushFiles(folder, stage, steps, 'one'),
    await pushFiles(folder, stage, steps, 'two'),
  ];
  const lanes = new Map<number, { sender: HookSender; sent: number; lastMs: number }>();
  const laneOf = (number: number) => {
    const known = lanes.get(number);
    if (known) return known;
    const made = { sender: new HookSender(`${stage.platform.gateway}/hooks/github`), sent: 0, lastMs: 0 };
    lanes.set(number, made);
    return made;
  };
  return {
    async deliver(number) {
      const lane = laneOf(number);
      const after = commits[lane.sent % 2] ?? '';
      const before = lane.sent === 0 ? null : (commits[(lane.sent + 1) % 2] ?? '');
      const message = `Push ${String(lane.sent++)}`;
      const ref = `refs/heads/lane-${String(number)}`;
      const hook = movingHook({ repository: repositoryName, ref, before, after, message }, secret);
      const sentAt = Date.now();
      await lane.sender.sendUntilAccepted(hook);
      const { key, source, subject } = eventOf(hook);
      const id = runWorkflowId('default', repositoryName, pipeline, key);
      const run = client.workflow.getHandle(id);
      await untilEnded(run, hook.headers['x-github-delivery'] ?? '', lane.lastMs);
      lane.lastMs = Date.now() - sentAt;
      return { sentAt, inbox: inboxId('default', source, subject), run };
    },
    close() {
      for (const { sender } of lanes.values()) sender.close();
    },
  };
}

async function pushFiles(
  folder: string,
  { repository }: BenchContext['stage'],
  steps: readonly object[],
  name: string,
): Promise<string> {
  const files = join(folder, `trivial-${name}`);
  await mkdir(join(files, '.sagaline'), { recursive: true });
  const document = {
    apiVersion: 'sagaline/v1',
    name: pipeline,
    on: [{ event: 'push', branches: ['lane-*'] }],
    steps: inSequence(steps),
  };
  await writeFile(join(files, `.sagaline/${pipeline}.yaml`), stringify(document));
  await writeFile(join(files, 'README.md'), `Nothing is built here, ${name}.\n`);
  return (await repository.push(files, `Do nothing, five times, ${name}`)).commit;
}

/** Asks Temporal and not the platform, because a question to the platform would be work for the worker that is measured. */
async function untilEnded(run: WorkflowHandle, delivery: string, expectedMs: number): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  await sleep(expectedMs * lookAfter.share);
  for (;;) {
    try {
      await run.result();
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      if (performance.now() > deadline)
        throw new Error(`delivery ${delivery} started no run`, { cause: error });
    }
    await sleep(Math.max(expectedMs * lookAfter.pauseShare, lookAfter.leastMs));
  }
}
