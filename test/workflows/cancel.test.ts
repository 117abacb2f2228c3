import { ApplicationFailure } from '@temporalio/common';
import type { RunView } from '../../src/domain/run';
import { failureOf, type Harness, startDevHarness } from './harness';
import { deliver, earlierRelease, observed, runInput, type Script } from './world';

// The time-skipping server stops for good when an activity is cancelled that has not begun or ends at that moment
// (temporalio/sdk-java#2391), so this needs a real one.
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

test('a failing test ends the run as failed: what runs beside it is cancelled, no lane was asked, nothing deployed', async () => {
  const script: Script = {
    shell({ step }) {
      if (step === 'test') throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
      return 'done';
    },
  };
  await harness.withWorker(script, async (world, taskQueue, workflowId) => {
    const args = [runInput(deliver({}))];
    const handle = await harness.environment.client.workflow.start('run', { workflowId, taskQueue, args });
    await failureOf(handle);
    const view = await handle.query<RunView>('state');
    expect(view).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('exit code 1') as string,
    });
    expect(world.log.join()).not.toMatch(/request|deploy|migrate/);
    expect(view.steps.find(({ id }) => id === 'release')?.status).toBe('skipped');
  });
});
