import { delivery, failing, release, shell } from './plots';
import { type Actor, gate, type Play, refusalOf, undosOf, useStage } from './stage';

const stage = useStage();
const blind = { lapsed: false, measurements: [], failure: 'connection refused' };
const held: Play = { steps: delivery({ interval: '100ms' }), measure: () => blind };
const isHeld = (run: Actor) => run.untilStep('release', 'waiting');
const never = () => Promise.resolve();
const allUndone = ['release succeeded', 'migrate succeeded'];

test('promote-held: promote while a canary waits for data', () =>
  stage.play(held, async (run) => {
    await isHeld(run);
    await run.decide('promote');
    expect((await run.end()).status).toBe('succeeded');
    expect(run.world.log).toEqual(expect.arrayContaining(['promote', 'finish lane deployed']));
  }));

test('abort-held: abort while a canary waits for data', () =>
  stage.play(held, async (run) => {
    await isHeld(run);
    await run.decide('abort');
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(undosOf(end)).toEqual(allUndone);
    expect(run.world.log).toContain('withdraw');
  }));

test('promote-running: promote while a canary runs', () =>
  stage.play({ steps: delivery() }, async (run) => {
    await run.untilShifted();
    await run.decide('promote');
    expect((await run.end()).status).toBe('succeeded');
    // No measurement and no further weight comes between.
    expect(run.world.log.filter((line) => /shift|promote/.test(line))).toEqual(['shift 10', 'promote']);
  }));

test('abort-running: abort while a canary runs', () =>
  stage.play({ steps: delivery() }, async (run) => {
    await run.untilShifted();
    await run.decide('abort');
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(end.reason).toContain('abort by ann: seen');
    expect(undosOf(end)).toEqual(allUndone);
  }));

test('decide-starting: promote or abort while the candidate is being started', () => {
  const { opened, open } = gate();
  const earlier = {} as { deploy?: NonNullable<Play['activities']>['deployCandidate'] };
  const deployCandidate: NonNullable<Play['activities']>['deployCandidate'] = async (input) => {
    await opened;
    if (!earlier.deploy) throw new Error('the world is not there yet');
    return earlier.deploy(input);
  };
  return stage.play({ steps: delivery(), activities: { deployCandidate } }, async (run) => {
    earlier.deploy = (input) => run.world.activities.deployCandidate(input);
    await run.untilStep('release', 'running');
    while ((await refusalOf(run.decide('promote'))) === 'WrongState');
    open();
    expect((await run.end()).status).toBe('succeeded');
    expect(run.world.log.filter((line) => /shift|promote/.test(line))).toEqual(['shift 10', 'promote']);
  });
});

test.each(['promote', 'abort'] as const)(
  'decide-without-canary: promote or abort while no canary runs (%s)',
  (command) => {
    const { opened, open } = gate();
    return stage.play({ steps: [shell('build')], shell: () => opened.then(() => '') }, async (run) => {
      expect(await refusalOf(run.decide(command))).toBe('WrongState');
      open();
      expect((await run.end()).status).toBe('succeeded');
    });
  },
);

test.each(['promote', 'abort'] as const)(
  'decide-at-lane: promote or abort while the canary step waits for its lane (%s)',
  (command) =>
    stage.play(
      { steps: [shell('build', [], { artifacts: ['a'] }), release(['build'])], grant: never },
      async (run) => {
        await run.until(({ status }) => status === 'waiting');
        expect(await refusalOf(run.decide(command))).toBe('WrongState');
        await run.handle.cancel();
        expect((await run.end()).status).toBe('cancelled');
      },
    ),
);

test('abort-withdrawing: promote or abort while a canary is already being taken back', () => {
  const withdrawing = gate();
  const go = gate();
  let writes = 0;
  const shiftTraffic = async () => {
    writes += 1;
    if (writes !== 2) return;
    withdrawing.open();
    await go.opened;
  };
  return stage.play({ steps: delivery(), activities: { shiftTraffic } }, async (run) => {
    await run.untilShifted();
    await run.decide('abort');
    await withdrawing.opened;
    expect(await refusalOf(run.decide('abort'))).toBeNull();
    expect(await refusalOf(run.decide('promote'))).toBeNull();
    go.open();
    const end = await run.end();
    expect(end.status).toBe('rolled-back');
    expect(undosOf(end)).toEqual(allUndone);
  });
});

test('abort-undoing: promote or abort while the run undoes its steps', () => {
  const { opened, open } = gate();
  return stage.play(
    {
      steps: delivery(),
      shell: async ({ phase }) => (phase === 'compensate' && (await opened), ''),
    },
    async (run) => {
      await run.untilShifted();
      await run.decide('abort');
      await run.until((view) => undosOf(view).includes('migrate running'));
      expect(await refusalOf(run.decide('abort'))).toBe('WrongState');
      expect(await refusalOf(run.decide('promote'))).toBe('WrongState');
      open();
      expect((await run.end()).status).toBe('rolled-back');
    },
  );
});

test('abort-promoting: abort while the canary is being promoted', () => {
  const promoting = gate();
  const go = gate();
  const shiftTraffic: NonNullable<Play['activities']>['shiftTraffic'] = async ({ traffic }) => {
    if (traffic.candidate !== null) return;
    promoting.open();
    await go.opened;
  };
  return stage.play({ steps: delivery(), activities: { shiftTraffic } }, async (run) => {
    await run.untilShifted();
    await run.decide('promote');
    await promoting.opened;
    expect(await refusalOf(run.decide('abort'))).toBeNull();
    go.open();
    expect((await run.end()).status).toBe('succeeded');
  });
});

test('fail-after-promotion: a later step fails after the promotion', () =>
  stage.play(
    { steps: [...delivery(), shell('verify', ['release'])], shell: failing('step verify') },
    async (run) => {
      await run.untilShifted();
      await run.decide('promote');
      const end = await run.end();
      expect(end.status).toBe('rolled-back');
      expect(undosOf(end)).toEqual(allUndone);
      expect(run.world.log.slice(-3)).toEqual([
        'settle r-earlier',
        'compensate migrate',
        'finish lane nothing',
      ]);
    },
  ));
