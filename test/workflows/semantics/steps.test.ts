import { approval, delivery, failing, migrate, shell } from './plots';
import { stepsOf, stopsWhenCancelled, undosOf, useStage } from './stage';

const stage = useStage();
const runOf = (id: string) => stage.harness().environment.client.workflow.getHandle(id);

test('fail: a step fails, and nothing has been done that has an undo', () =>
  stage.play(
    { steps: [shell('build'), shell('test', ['build'])], shell: failing('step build') },
    async (run) => {
      const end = await run.end();
      expect(end).toMatchObject({ status: 'failed', reason: 'exit code 1' });
      expect(stepsOf(end)).toEqual(['build failed', 'test skipped']);
    },
  ));

test('fail-after-undoable: a step fails after steps that have an undo', () =>
  stage.play(
    {
      steps: [migrate([], 'schema'), migrate(['schema']), shell('verify', ['migrate'])],
      shell: failing('step verify'),
    },
    async (run) => {
      expect((await run.end()).status).toBe('rolled-back');
      expect(run.world.log.slice(-2)).toEqual(['compensate migrate', 'compensate schema']);
    },
  ));

test('fail-undoable: a step that has an undo fails itself', () =>
  stage.play({ steps: [migrate()], shell: failing('step migrate') }, async (run) => {
    expect((await run.end()).status).toBe('rolled-back');
    expect(run.world.log).toEqual(['step migrate', 'compensate migrate']);
  }));

test('fail-beside: a step fails beside a running one', () => {
  let stopped = false;
  return stage.play(
    {
      steps: [migrate(), shell('test')],
      async shell(input) {
        if (input.step === 'test') return failing('step test')(input);
        if (input.phase === 'step')
          await stopsWhenCancelled(runOf(input.run)).finally(() => (stopped = true));
        // Undoing never overlaps doing.
        return stopped ? '' : failing('compensate migrate')(input);
      },
    },
    async (run) => {
      const end = await run.end();
      expect(end).toMatchObject({ status: 'rolled-back', reason: 'exit code 1' });
      expect(stepsOf(end)).toEqual(['migrate cancelled', 'test failed']);
      expect(undosOf(end)).toEqual(['migrate succeeded']);
    },
  );
});

test('fail-beside-approval: a step fails beside an approval that waits', () =>
  stage.play({ steps: [approval(), shell('test')], shell: failing('step test') }, async (run) => {
    const end = await run.end();
    expect(end.status).toBe('failed');
    expect(stepsOf(end)).toEqual(['ask cancelled', 'test failed']);
  }));

test('continue-on-error: a step with `continueOnError` fails', () =>
  stage.play(
    {
      steps: [shell('lint', [], { continueOnError: true }), shell('build', ['lint'])],
      shell: failing('step lint'),
    },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('succeeded');
      expect(stepsOf(end)).toEqual(['lint failed', 'build succeeded']);
    },
  ));

test('continue-on-error-undo: a step with `continueOnError` and an undo fails, and a later step fails too', () =>
  stage.play(
    {
      steps: [{ ...migrate(), continueOnError: true }, shell('verify', ['migrate'])],
      shell: failing('step migrate', 'step verify'),
    },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('rolled-back');
      expect(undosOf(end)).toEqual(['migrate succeeded']);
    },
  ));

test('continue-on-error-cancel: cancel within a step with `continueOnError`', () =>
  stage.play(
    {
      steps: [shell('lint', [], { continueOnError: true }), shell('build', ['lint'])],
      shell: ({ run }) => stopsWhenCancelled(runOf(run)),
    },
    async (run) => {
      await run.untilStep('lint', 'running');
      await run.handle.cancel();
      const end = await run.end();
      expect(end.status).toBe('cancelled');
      expect(stepsOf(end)).toEqual(['lint cancelled', 'build skipped']);
    },
  ));

test('when-false: the `when` of a step is false', () =>
  stage.play({ steps: [shell('lint', [], { when: 'false' }), shell('build', ['lint'])] }, async (run) => {
    const end = await run.end();
    expect(end.status).toBe('succeeded');
    expect(stepsOf(end)).toEqual(['lint skipped', 'build succeeded']);
  }));

test('when-unanswered: the `when` of a step cannot be evaluated', () =>
  stage.play({ steps: [shell('build', [], { when: 'event.data.nothing == 1' })] }, async (run) => {
    const end = await run.end();
    expect(end.status).toBe('failed');
    expect(stepsOf(end)).toEqual(['build failed']);
    expect(run.world.log).toEqual([]);
  }));

test('retry-failed: retry of a run that failed', () => {
  let mended = false;
  return stage.play(
    {
      steps: [shell('build'), shell('test', ['build'])],
      shell: (input) => (mended ? '' : failing('step test')(input)),
    },
    async (run) => {
      expect((await run.end()).status).toBe('failed');
      mended = true;
      await run.retry(async (again) => {
        const end = await again.end();
        expect(end).toMatchObject({ status: 'succeeded', steps: [{ detail: `kept from ${run.id}` }, {}] });
        expect(run.world.log).toEqual(['step test']);
      });
    },
  );
});

test('retry-rolled-back: retry of a run that was rolled back', () =>
  stage.play({ steps: delivery() }, async (run) => {
    await run.untilShifted();
    await run.decide('abort');
    expect((await run.end()).status).toBe('rolled-back');
    await run.retry(async (again) => {
      await again.untilShifted();
      await again.decide('promote');
      expect((await again.end()).status).toBe('succeeded');
      expect(run.world.log.slice(0, 3)).toEqual(['request lane', 'step migrate', 'deploy']);
    });
  }));

test('retry-cancelled: retry of a run that was cancelled', () =>
  stage.play({ steps: [shell('build'), approval({}, '1h', ['build'])] }, async (run) => {
    await run.untilStep('ask', 'waiting');
    await run.handle.cancel();
    expect((await run.end()).status).toBe('cancelled');
    await run.retry(async (again) => {
      await again.untilStep('ask', 'waiting');
      await again.approve();
      expect((await again.end()).status).toBe('succeeded');
      expect(run.world.log).toEqual([]);
    });
  }));
