import type { RunView } from '../../src/domain/run';
import { failureOf, type Harness, startDevHarness } from './harness';
import { deliver, earlierRelease, observed, runInput, type Script } from './world';

// The time-skipping server can lock up when an activity is cancelled before it has started, so this needs a real one.
let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

test('cancelling during a canary withdraws it, undoes the migration and closes as cancelled', async () => {
  let cancel: () => Promise<unknown> = () => Promise.resolve();
  const script: Script = {
    stable: earlierRelease,
    measure: async () => {
      await cancel();
      return observed('error-rate', 100, 0);
    },
  };
  await harness.withWorker(script, async (world, taskQueue, workflowId) => {
    const args = [runInput(deliver({ interval: '100ms' }))];
    const handle = await harness.environment.client.workflow.start('run', { workflowId, taskQueue, args });
    cancel = () => handle.cancel();
    expect((await failureOf(handle)).name).toBe('CancelledFailure');
    const view = await handle.query<RunView>('state');
    expect(view.status).toBe('cancelled');
    expect(world.log).toEqual(expect.arrayContaining(['withdraw', 'settle r-earlier', 'compensate migrate']));
    expect(world.log).not.toContain('promote');
  });
});
