import { approval, delivery, failing, migrate, release, shell } from './plots';
import { gate, stepsOf, stopsWhenCancelled, undosOf, useStage } from './stage';

const stage = useStage();
const runOf = (id: string) => stage.harness().environment.client.workflow.getHandle(id);
const never = () => Promise.resolve();

test('cancel-queued: cancel while the run is queued in its group', () =>
  stage.play(
    { steps: [shell('build')], pipeline: { concurrency: { group: 'g' } }, grant: never },
    async (run) => {
      await run.until(({ status }) => status === 'queued');
      await run.handle.cancel();
      expect((await run.end()).status).toBe('cancelled');
      expect(run.world.log).toEqual(['request group', 'finish group nothing']);
    },
  ));

test('cancel-in-shell: cancel within a shell step', () =>
  stage.play(
    { steps: [shell('build'), shell('test', ['build'])], shell: ({ run }) => stopsWhenCancelled(runOf(run)) },
    async (run) => {
      await run.untilStep('build', 'running');
      await run.handle.cancel();
      const end = await run.end();
      expect(end.status).toBe('cancelled');
      expect(stepsOf(end)).toEqual(['build cancelled', 'test skipped']);
      expect(run.world.log).toEqual(['step build']);
    },
  ));

test('cancel-in-undoable: cancel within a step that has an undo', () =>
  stage.play(
    {
      steps: [migrate()],
      shell: ({ run, phase }) => (phase === 'step' ? stopsWhenCancelled(runOf(run)) : ''),
    },
    async (run) => {
      await run.untilStep('migrate', 'running');
      await run.handle.cancel();
      const end = await run.end();
      expect(end.status).toBe('cancelled');
      expect(run.world.log).toEqual(['step migrate', 'compensate migrate']);
    },
  ));

test('cancel-at-last-moment: cancel while the last step ends well', () =>
  stage.play(
    {
      steps: [migrate()],
      async shell({ run, phase }) {
        if (phase === 'step') await runOf(run).cancel();
        return '';
      },
    },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('cancelled');
      expect(stepsOf(end)).toEqual(['migrate succeeded']);
      expect(undosOf(end)).toEqual(['migrate succeeded']);
    },
  ));

test('cancel-mid-canary: cancel while a canary runs', () =>
  stage.play({ steps: delivery() }, async (run) => {
    await run.untilShifted();
    await run.handle.cancel();
    const end = await run.end();
    expect(end.status).toBe('cancelled');
    expect(undosOf(end)).toEqual(['release succeeded', 'migrate succeeded']);
    expect(run.world.log.slice(-4)).toEqual([
      'withdraw',
      'settle r-earlier',
      'compensate migrate',
      'finish lane nothing',
    ]);
  }));

test('cancel-at-lane: cancel while the run waits for its lane', () =>
  stage.play(
    { steps: [shell('build', [], { artifacts: ['a'] }), release(['build'])], grant: never },
    async (run) => {
      await run.until(({ status }) => status === 'waiting');
      await run.handle.cancel();
      const end = await run.end();
      expect(end).toMatchObject({ status: 'cancelled', compensations: [] });
      expect(run.world.log).toEqual(['step build', 'request lane', 'finish lane nothing']);
    },
  ));

test('cancel-at-approval: cancel while an approval waits', () =>
  stage.play({ steps: [approval(), shell('build', ['ask'])] }, async (run) => {
    await run.untilStep('ask', 'waiting');
    await run.handle.cancel();
    const end = await run.end();
    expect(end.status).toBe('cancelled');
    expect(stepsOf(end)).toEqual(['ask cancelled', 'build skipped']);
  }));

test('cancel-in-freeze: cancel while a freeze holds the run', () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const checkFreeze = () => Promise.resolve({ until, reason: 'holidays', override: [] });
  return stage.play({ steps: delivery(), activities: { checkFreeze } }, async (run) => {
    await run.until(({ status }) => status === 'waiting');
    await run.handle.cancel();
    const end = await run.end();
    expect(end).toMatchObject({ status: 'cancelled', compensations: [] });
    expect(run.world.log).toEqual(['step build']);
  });
});

test('cancel-at-event: cancel while a step waits for an event', () => {
  const left: string[] = [];
  const leaveWait = ({ step }: { step: string }) => Promise.resolve(left.push(step)).then(() => undefined);
  const wait = { id: 'await', uses: 'wait', with: { event: 'alert' } };
  return stage.play({ steps: [wait], activities: { leaveWait } }, async (run) => {
    await run.untilStep('await', 'waiting');
    await run.handle.cancel();
    expect((await run.end()).status).toBe('cancelled');
    expect(left).toEqual(['await']);
  });
});

test('cancel-again: a second cancel while the first one is being undone', () => {
  const undoing = gate();
  return stage.play(
    {
      steps: [migrate(), approval({}, '1h', ['migrate'])],
      shell: async ({ phase }) => (phase === 'compensate' && (await undoing.opened), ''),
    },
    async (run) => {
      await run.untilStep('ask', 'waiting');
      await run.handle.cancel();
      await run.until((view) => undosOf(view).includes('migrate running'));
      await run.handle.cancel();
      undoing.open();
      const end = await run.end();
      expect(end.status).toBe('cancelled');
      expect(undosOf(end)).toEqual(['migrate succeeded']);
    },
  );
});

test('cancel-needs-human: cancel while an undo waits for a person', () =>
  stage.play(
    {
      steps: [migrate(), shell('verify', ['migrate'])],
      shell: failing('step verify', 'compensate migrate'),
    },
    async (run) => {
      await run.until(({ status }) => status === 'needs-human');
      await run.handle.cancel();
      expect((await run.view()).status).toBe('needs-human');
      await run.resolve('done');
      expect((await run.end()).status).toBe('rolled-back');
    },
  ));

test('cancel-closed: cancel after the end', () =>
  stage.play({ steps: [shell('build')] }, async (run) => {
    expect((await run.end()).status).toBe('succeeded');
    await run.handle.cancel();
    expect((await run.view()).status).toBe('succeeded');
  }));
