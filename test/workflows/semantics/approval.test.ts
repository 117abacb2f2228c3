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

describe('the commit of a fork', () => {
  const fork = { steps: [shell('build')], input: { fork: { teams: ['team-a'] } } };
  const isHeld = (run: Actor) => run.until(({ status }) => status === 'waiting');

  test('fork-approve: approve `fork` by a team that owns a service of the repository', () =>
    stage.play(fork, async (run) => {
      const { reason } = await isHeld(run);
      expect(reason).toBe('the commit is of a fork: waits for `approve` of step fork by a person of team-a');
      expect(await refusalOf(run.approve({ teams: ['team-b'] }))).toBe('NotAllowed');
      expect(await refusalOf(run.approve({ actor: 'ada' }))).toBe('NotAllowed');
      expect(stepsOf(await run.view())).toEqual(['build pending']);
      expect(run.world.log).toEqual([]);
      await run.approve({ step: 'fork' });
      expect(await run.end()).toMatchObject({ status: 'succeeded', reason: null });
    }));

  test('fork-anybody: approve `fork` by anybody, where no service of the repository has an owner', () =>
    stage.play({ ...fork, input: { fork: { teams: [] } } }, async (run) => {
      await isHeld(run);
      expect(await refusalOf(run.approve({ teams: [], actor: 'ada' }))).toBe('NotAllowed');
      await run.approve({ teams: [] });
      expect((await run.end()).status).toBe('succeeded');
    }));

  test('fork-reject: reject `fork`', () =>
    stage.play(fork, async (run) => {
      await isHeld(run);
      await run.reject({ step: 'fork' });
      const end = await run.end();
      expect([end.status, end.reason, ...stepsOf(end)]).toEqual([
        'failed',
        'refused by ann: seen',
        'build pending',
      ]);
    }));

  test('fork-cancel: cancel while the commit of a fork waits', () =>
    stage.play(fork, async (run) => {
      await isHeld(run);
      await run.handle.cancel();
      expect([(await run.end()).status, ...run.world.log]).toEqual(['cancelled']);
    }));

  test('fork-retry: a run of a fork is retried', () =>
    stage.play(fork, async (run) => {
      await isHeld(run);
      await run.reject();
      await run.end();
      await run.retry(async (again) => {
        await isHeld(again);
        await again.approve();
        expect((await again.end()).status).toBe('succeeded');
      });
    }));

  test('fork-named: approve `fork` where a step has that name, too', () =>
    stage.play({ ...fork, steps: [shell('fork')] }, async (run) => {
      await isHeld(run);
      await run.approve();
      expect((await run.end()).status).toBe('succeeded');
    }));
});
