import type { WorkflowHandle } from '@temporalio/client';
import { canaryId } from '../../src/domain/identity';
import type { RunView } from '../../src/domain/run';
import { failureOf, type Harness, startDevHarness } from './harness';
import { deliver, earlierRelease, observed, runInput, type World } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

interface Held {
  run: WorkflowHandle;
  world: World;
  /** From now on every measurement is healthy. */
  heal: () => void;
}

/** A run whose canary is held for lack of measurements, and whose history has been continued in a new execution. */
async function whileHeld(use: (held: Held) => Promise<void>): Promise<void> {
  const { client } = harness.environment;
  let healthy = false;
  const blind = { lapsed: false, measurements: [], failure: 'connection refused' };
  const measure = () => (healthy ? observed('error-rate', 100, 0) : blind);
  await harness.withWorker({ stable: earlierRelease, measure }, async (world, taskQueue, workflowId) => {
    const args = [{ ...runInput(deliver({ interval: '100ms' })), version: 2 }];
    const run = await client.workflow.start('run', { workflowId, taskQueue, args });
    while ((await run.query<RunView>('state')).status !== 'waiting');
    const canary = client.workflow.getHandle(canaryId(workflowId, 'release', run.firstExecutionRunId));
    const { runId } = await canary.describe();
    // At 4 MiB of history the server suggests to continue as new; no canary knows this signal.
    for (let sent = 0; sent < 5; sent += 1) await canary.signal('swell', 'x'.repeat(1_000_000));
    while ((await canary.describe()).runId === runId);
    await use({ run, world, heal: () => (healthy = true) });
  });
}

const shifts = ({ log }: World) => log.filter((line) => /^(deploy|shift|promote|withdraw)/.test(line));

test('a canary that is held for so long that it continues as new goes on where it stood', async () => {
  await whileHeld(async ({ run, world, heal }) => {
    heal();
    expect(await run.result()).toMatchObject({ status: 'succeeded' });
    expect(shifts(world)).toEqual(['deploy', 'shift 10', 'shift 50', 'promote']);
    const sequences = world.fences.map(({ sequence }) => sequence);
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });
}, 60_000);

test('a canary that has continued as new hears an operator and takes its candidate back', async () => {
  await whileHeld(async ({ run, world }) => {
    const args: [unknown] = [{ command: 'abort', reason: 'seen by eye', actor: 'ann' }];
    await run.executeUpdate('decide', { args });
    expect((await failureOf(run)).name).toBe('ApplicationFailure');
    expect((await run.query<RunView>('state')).status).toBe('rolled-back');
    expect(shifts(world)).toEqual(['deploy', 'shift 10', 'withdraw']);
  });
}, 60_000);

test('a canary that has continued as new is cancelled with its run', async () => {
  await whileHeld(async ({ run, world }) => {
    await run.cancel();
    expect((await failureOf(run)).name).toBe('CancelledFailure');
    expect((await run.query<RunView>('state')).status).toBe('cancelled');
    expect(shifts(world)).toEqual(['deploy', 'shift 10', 'withdraw']);
  });
}, 60_000);
