import { ApplicationFailure } from '@temporalio/common';
import { approval, failing, migrate, shell } from './plots';
import { type Actor, breaks, refusalOf, undosOf, useStage } from './stage';

const stage = useStage();
const isStuck = (run: Actor) => run.until(({ status }) => status === 'needs-human');
const stuck = {
  steps: [migrate([], 'schema'), migrate(['schema']), shell('verify', ['migrate'])],
  shell: failing('step verify', 'compensate migrate'),
};

test('undo-fails: an undo keeps failing', () =>
  stage.play(stuck, async (run) => {
    const seen = await isStuck(run);
    expect(seen.status).toBe('needs-human');
    expect(undosOf(seen)).toEqual(['migrate failed', 'schema pending']);
    expect(seen.reason).toBe('the undo of migrate keeps failing: exit code 1');
    while (!run.world.log.includes('alert undo-keeps-failing migrate')) await run.view();
    await run.resolve('skip');
    await run.end();
  }));

test('resolve-done: resolve with done', () =>
  stage.play(stuck, async (run) => {
    await isStuck(run);
    await run.resolve('done');
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(end.compensations).toMatchObject([
      { status: 'succeeded', detail: 'ann: by hand' },
      { step: 'schema', status: 'succeeded' },
    ]);
  }));

test('resolve-skip: resolve with skip', () =>
  stage.play(stuck, async (run) => {
    await isStuck(run);
    await run.resolve('skip');
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(undosOf(end)).toEqual(['migrate skipped', 'schema succeeded']);
  }));

test('resolve-retry: resolve with retry', () => {
  let mended = false;
  const shellOf: typeof stuck.shell = (input) => (mended ? '' : stuck.shell(input));
  return stage.play({ ...stuck, shell: shellOf }, async (run) => {
    await isStuck(run);
    mended = true;
    await run.resolve('retry');
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(undosOf(end)).toEqual(['migrate succeeded', 'schema succeeded']);
    expect(run.world.log.filter((line) => line === 'compensate migrate')).toHaveLength(2);
  });
});

test('resolve-retry-fails: resolve with retry, and the undo fails again', () =>
  stage.play(stuck, async (run) => {
    await isStuck(run);
    await run.resolve('retry');
    await run.until(
      ({ status }) =>
        status === 'needs-human' &&
        run.world.log.filter((line) => line === 'compensate migrate').length === 2,
    );
    await run.resolve('skip');
    expect((await run.end()).status).toBe('rolled-back');
  }));

test('resolve-wrong-step: resolve of another step than the one that waits', () =>
  stage.play(stuck, async (run) => {
    await isStuck(run);
    expect(await refusalOf(run.resolve('done', 'schema'))).toBe('WrongState');
    expect((await run.view()).status).toBe('needs-human');
    await run.resolve('done');
    await run.end();
  }));

test('resolve-nothing-waits: resolve while no undo waits for a person', () =>
  stage.play({ steps: [approval()] }, async (run) => {
    await run.untilStep('ask', 'waiting');
    expect(await refusalOf(run.resolve('done', 'ask'))).toBe('WrongState');
    await run.approve();
    expect((await run.end()).status).toBe('succeeded');
  }));

test('undo-stale: an undo is refused because a newer generation owns the lane', () =>
  stage.play(
    {
      steps: [migrate(), shell('verify', ['migrate'])],
      shell({ phase, step }) {
        if (phase === 'compensate') throw ApplicationFailure.nonRetryable('older', 'StaleGeneration');
        return step === 'verify' ? breaks() : '';
      },
    },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('rolled-back');
      expect(undosOf(end)).toEqual(['migrate succeeded']);
    },
  ));
