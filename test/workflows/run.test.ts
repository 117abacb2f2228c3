import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunView } from '../../src/domain/run';
import { failureOf, type Harness, startHarness } from './harness';
import { deliver, earlierRelease, observed, runInput, type Script, type World } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
}, 60_000);
afterAll(() => harness.stop());

async function execute(
  script: Script,
  canary: Record<string, unknown> = {},
): Promise<{ world: World; view: RunView }> {
  return harness.withWorker({ stable: earlierRelease, ...script }, async (world, taskQueue, workflowId) => {
    const input = runInput(deliver(canary));
    const handle = await harness.environment.client.workflow.start('run', {
      workflowId,
      taskQueue,
      args: [input],
    });
    await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
    return { world, view: await handle.query<RunView>('state') };
  });
}

const fails = (step: string) => (input: { step: string; phase: string }) => {
  if (input.step === step && input.phase === 'step')
    throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
  return input.phase === 'before' ? '3' : 'done';
};

test('a healthy change is built, tested, migrated, shifted in steps and promoted', async () => {
  const { world, view } = await execute({});
  expect(view.status).toBe('succeeded');
  expect(view.steps.map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
  expect(world.log.filter((line) => !/test|scan/.test(line))).toEqual([
    'step build',
    'request lane',
    'before migrate',
    'step migrate',
    'deploy',
    'shift 10',
    'shift 50',
    'promote',
    'finish lane deployed',
  ]);
  const order = world.fences.map(({ sequence }) => sequence);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test('a failing canary is withdrawn at the first verdict and everything is undone in reverse order', async () => {
  const { world, view } = await execute({
    shell: fails('nothing'),
    measure: () => observed('error-rate', 100, 0.3),
  });
  expect(view.status).toBe('rolled-back');
  expect(world.log.slice(-6)).toEqual([
    'deploy',
    'shift 10',
    'withdraw',
    'settle r-earlier',
    'compensate migrate',
    'finish lane nothing',
  ]);
  expect(view.compensations.map(({ step, status }) => `${step} ${status}`)).toEqual([
    'release succeeded',
    'migrate succeeded',
  ]);
});

test('a failing migration is compensated with what `before` remembered', async () => {
  let from: string | undefined;
  const { world, view } = await execute({
    shell: (input) => {
      if (input.phase === 'compensate') from = input.env['FROM'];
      return fails('migrate')(input);
    },
  });
  expect(view.status).toBe('rolled-back');
  expect(from).toBe('3');
  expect(world.log).not.toContain('deploy');
});

test('no data holds the weight and is neither a pass nor a fail', async () => {
  const blind = { lapsed: false, measurements: [], failure: 'connection refused' };
  const { world, view } = await execute({
    measure: (_weight, count) => (count <= 100 ? blind : observed('error-rate', 100, 0)),
  });
  expect(view.status).toBe('succeeded');
  expect(world.log.filter((line) => line.startsWith('shift'))).toEqual(['shift 10', 'shift 50']);
});

test('a lease that lapsed is taken again at the same weight before anything is judged', async () => {
  const { world, view } = await execute({
    measure: (_weight, count) => ({ ...observed('error-rate', 100, 0), lapsed: count === 1 }),
  });
  expect(view.status).toBe('succeeded');
  expect(world.log.filter((line) => line.startsWith('shift'))).toEqual(['shift 10', 'shift 10', 'shift 50']);
});

test('a first release has no weights and a failure leaves the lane empty', async () => {
  const passed = await execute({ stable: null });
  expect(passed.world.log.filter((line) => line.startsWith('shift'))).toEqual(['shift 100']);
  const failed = await execute({ stable: null, measure: () => observed('error-rate', 100, 1) });
  expect(failed.view.status).toBe('rolled-back');
  expect(failed.world.traffic).toMatchObject({ stable: null, candidate: null, weight: 0 });
});

test('a run that a later change overtook ends as superseded', async () => {
  const { world, view } = await execute({
    grant: (signal, { entity }) => signal('refused', { entity, reason: 'a later change was granted' }),
  });
  expect(view.status).toBe('superseded');
  expect(world.log).not.toContain('before migrate');
});

test('an undo that keeps failing waits visibly for a person, and then goes on', async () => {
  await harness.withWorker(
    {
      stable: earlierRelease,
      measure: () => observed('error-rate', 100, 1),
      shell: ({ phase }) => {
        if (phase === 'compensate') throw ApplicationFailure.nonRetryable('database is gone', 'StepFailed');
        return '1';
      },
    },
    async (world, taskQueue, workflowId) => {
      const args = [runInput(deliver())];
      const handle = await harness.environment.client.workflow.start('run', { workflowId, taskQueue, args });
      const status = async () => (await handle.query<RunView>('state')).status;
      while ((await status()) !== 'needs-human') await harness.environment.sleep('1s');
      const wrong = { step: 'release', action: 'done', reason: 'x', actor: 'a' };
      await expect(handle.executeUpdate('resolve', { args: [wrong] })).rejects.toThrow();
      await handle.executeUpdate('resolve', { args: [{ ...wrong, step: 'migrate', reason: 'by hand' }] });
      expect((await failureOf(handle)).message).toContain('rolled-back');
      const view = await handle.query<RunView>('state');
      expect(view.status).toBe('rolled-back');
      expect(view.compensations.find(({ step }) => step === 'migrate')?.detail).toBe('a: by hand');
      expect(world.log).toContain('finish lane nothing');
    },
  );
});

test.each([
  ['promote', 'succeeded', 'promote'],
  ['abort', 'rolled-back', 'withdraw'],
])('a held canary waits visibly, and an operator can %s it', async (command, ends, last) => {
  const blind = { lapsed: false, measurements: [], failure: 'connection refused' };
  await harness.withWorker(
    { stable: earlierRelease, measure: () => blind },
    async (world, taskQueue, workflowId) => {
      const args = [runInput(deliver())];
      const handle = await harness.environment.client.workflow.start('run', { workflowId, taskQueue, args });
      const view = () => handle.query<RunView>('state');
      while ((await view()).status !== 'waiting') await harness.environment.sleep('10s');
      expect((await view()).steps.find(({ id }) => id === 'release')?.detail).toContain('connection refused');
      const decision = { command, reason: 'seen by eye', actor: 'ann' };
      await expect(
        handle.executeUpdate('decide', { args: [{ ...decision, step: 'build' }] }),
      ).rejects.toThrow();
      await handle.executeUpdate('decide', { args: [decision] });
      await handle.result().catch(() => undefined);
      expect((await view()).status).toBe(ends);
      expect(world.log.filter((line) => ['promote', 'withdraw'].includes(line))).toEqual([last]);
    },
  );
});
