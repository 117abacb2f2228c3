import { ApplicationFailure } from '@temporalio/common';
import { delivery } from './plots';
import { type Play, useStage } from './stage';

const stage = useStage();
const stale = () => Promise.reject(ApplicationFailure.nonRetryable('older', 'StaleGeneration'));

test('rollback-mid-canary: a rollback of the lane while a canary runs', () =>
  stage.play(
    {
      steps: delivery({ interval: '100ms' }),
      // What a target answers once the lane has written at a newer generation.
      activities: { measure: stale, settleLane: stale },
    },
    async (run) => {
      const end = await run.end();
      expect(end.status).toBe('rolled-back');
      expect(end.compensations.map(({ detail }) => detail)).toEqual([
        'a newer generation owns the lane',
        null,
      ]);
      expect(run.world.log).not.toContain('withdraw');
      expect(run.world.log).toContain('compensate migrate');
    },
  ));

test('rollback-before-promotion: a rollback of the lane just before the promotion is written', () => {
  const shiftTraffic: NonNullable<Play['activities']>['shiftTraffic'] = ({ traffic }) =>
    traffic.candidate === null ? stale() : Promise.resolve();
  return stage.play({ steps: delivery(), activities: { shiftTraffic, settleLane: stale } }, async (run) => {
    await run.untilShifted();
    await run.decide('promote');
    expect((await run.end()).status).toBe('rolled-back');
    expect(run.world.finished).toMatchObject([{ deployed: null }]);
    expect(run.world.log).toContain('compensate migrate');
  });
});
