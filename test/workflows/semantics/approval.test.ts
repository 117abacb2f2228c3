import { approval, delivery, migrate, shell } from './plots';
import { type Actor, gate, refusalOf, stepsOf, useStage } from './stage';

const stage = useStage();
const isAsked = (run: Actor) => run.untilStep('ask', 'waiting');
const frozenFor = (ms: number, override: string[] = ['team-a']) => ({
  until: new Date(Date.now() + ms).toISOString(),
  reason: 'holidays',
  override,
});
/** A step that a freeze of an environment can hold. */
const there = { ...migrate(), environment: 'production' };
const isFrozen = (run: Actor) => run.until(({ reason }) => reason?.startsWith('frozen until') === true);

test('approve: approve while an approval waits', () =>
  stage.play({ steps: [approval(), shell('build', ['ask'])] }, async (run) => {
    await isAsked(run);
    await run.approve();
    const end = await run.end();
    expect(end).toMatchObject({ status: 'succeeded', steps: [{ detail: 'approved by ann' }, {}] });
  }));

test('approve-stranger: approve or reject by somebody of none of its teams', () =>
  stage.play({ steps: [approval()] }, async (run) => {
    await isAsked(run);
    expect(await refusalOf(run.approve({ teams: ['team-b'] }))).toBe('NotAllowed');
    expect(await refusalOf(run.reject({ teams: [] }))).toBe('NotAllowed');
    expect((await run.view()).status).toBe('waiting');
  }));

test('approve-author: approve by the author of the change', () =>
  stage.play({ steps: [approval()] }, async (run) => {
    await isAsked(run);
    expect(await refusalOf(run.approve({ actor: 'ada' }))).toBe('NotAllowed');
    expect(await refusalOf(run.approve({ aliases: ['Ada'] }))).toBe('NotAllowed');
    expect((await run.view()).status).toBe('waiting');
  }));

test('approve-author-may: approve by the author where `authorMayApprove` is true', () =>
  stage.play({ steps: [approval({ authorMayApprove: true })] }, async (run) => {
    await isAsked(run);
    await run.approve({ actor: 'ada' });
    expect((await run.end()).status).toBe('succeeded');
  }));

test('approve-twice: approve twice by the same person where `count` is 2', () =>
  stage.play({ steps: [approval({ count: 2 })] }, async (run) => {
    await isAsked(run);
    await run.approve();
    expect(await refusalOf(run.approve())).toBe('WrongState');
    expect((await run.view()).status).toBe('waiting');
    await run.approve({ actor: 'bob' });
    expect((await run.end()).status).toBe('succeeded');
  }));

test('approve-ambiguous: approve without a step while two approvals wait', () =>
  stage.play({ steps: [approval(), { ...approval(), id: 'ask-too' }] }, async (run) => {
    await isAsked(run);
    await run.untilStep('ask-too', 'waiting');
    expect(await refusalOf(run.approve())).toBe('WrongState');
    await run.approve({ step: 'ask' });
    await run.approve();
    expect((await run.end()).status).toBe('succeeded');
  }));

test('approve-nothing-waits: approve or reject while nothing waits for it', () => {
  const { opened, open } = gate();
  return stage.play({ steps: [shell('build')], shell: () => opened.then(() => '') }, async (run) => {
    expect(await refusalOf(run.approve())).toBe('WrongState');
    expect(await refusalOf(run.reject())).toBe('WrongState');
    open();
    expect((await run.end()).status).toBe('succeeded');
  });
});

test('approve-late: approve after the time limit, which let the run go on', () => {
  const { opened, open } = gate();
  return stage.play(
    {
      steps: [approval({ onTimeout: 'continue' }, '100ms'), shell('build', ['ask'])],
      shell: () => opened.then(() => ''),
    },
    async (run) => {
      await run.untilStep('build', 'running');
      expect(await refusalOf(run.approve())).toBe('WrongState');
      open();
      const end = await run.end();
      expect(end.status).toBe('succeeded');
      expect(end.steps[0]?.detail).toBe('not approved within 100ms: went on');
    },
  );
});

test('approval-limit: nobody approves within the time limit', () =>
  stage.play({ steps: [approval({}, '100ms'), shell('build', ['ask'])] }, async (run) => {
    const end = await run.end();
    expect(end).toMatchObject({ status: 'failed', reason: 'ask: not approved within 100ms' });
    expect(stepsOf(end)).toEqual(['ask failed', 'build skipped']);
  }));

test('approval-limit-continue: nobody approves within the time limit, and `onTimeout` is continue', () =>
  stage.play(
    { steps: [approval({ onTimeout: 'continue' }, '100ms'), shell('build', ['ask'])] },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('succeeded');
      expect(stepsOf(end)).toEqual(['ask succeeded', 'build succeeded']);
    },
  ));

test('reject: reject while nothing has been done that has an undo', () =>
  stage.play({ steps: [approval(), shell('build', ['ask'])] }, async (run) => {
    await isAsked(run);
    await run.reject();
    const end = await run.end();
    expect(end).toMatchObject({ status: 'failed', reason: 'refused by ann: seen' });
    expect(stepsOf(end)).toEqual(['ask failed', 'build skipped']);
  }));

test('reject-after-undoable: reject after a step that has an undo', () =>
  stage.play({ steps: [migrate(), approval({}, '1h', ['migrate'])] }, async (run) => {
    await isAsked(run);
    await run.reject();
    expect((await run.end()).status).toBe('rolled-back');
    expect(run.world.log).toEqual(['step migrate', 'compensate migrate']);
  }));

test('reject-author: reject by the author of the change', () =>
  stage.play({ steps: [approval()] }, async (run) => {
    await isAsked(run);
    await run.reject({ actor: 'ada' });
    expect((await run.end()).status).toBe('failed');
  }));

test('freeze-approve: approve `freeze` by a team that may override it', () =>
  stage.play(
    { steps: [there], activities: { checkFreeze: () => Promise.resolve(frozenFor(3_600_000)) } },
    async (run) => {
      await isFrozen(run);
      expect(await refusalOf(run.approve({ step: 'freeze', teams: ['team-b'] }))).toBe('NotAllowed');
      await run.approve({ step: 'freeze' });
      expect((await run.end()).status).toBe('succeeded');
    },
  ));

test('freeze-reject: reject `freeze` by a team that may override it', () =>
  stage.play(
    { steps: delivery(), activities: { checkFreeze: () => Promise.resolve(frozenFor(3_600_000)) } },
    async (run) => {
      await isFrozen(run);
      await run.reject({ step: 'freeze' });
      expect((await run.end()).status).toBe('failed');
      expect(run.world.log).toEqual(['step build']);
    },
  ));

test('freeze-over: the freeze ends', () => {
  const answers = [frozenFor(300)];
  return stage.play(
    { steps: [there], activities: { checkFreeze: () => Promise.resolve(answers.shift() ?? null) } },
    async (run) => {
      expect((await run.end()).status).toBe('succeeded');
      expect(answers).toEqual([]);
      expect(run.world.log).toEqual(['step migrate']);
    },
  );
});
