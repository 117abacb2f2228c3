import { randomUUID } from 'node:crypto';
import { type Group, withGroup } from '../group-world';
import { fakeTarget, releaseNamed, withLane } from '../lane-world';
import { release, shell } from './plots';
import { useStage } from './stage';

const stage = useStage();
const never = () => Promise.resolve();
const built = [shell('build', [], { artifacts: ['a'] }), release(['build'])];

test('queued-terminated: terminate a run while it is queued in its group', () =>
  withGroup(stage.harness(), async (group: Group) => {
    const [first, second, third] = [await group.asks(), await group.asks(), await group.asks()];
    await group.untilTurns([first], [second, third]);
    await group.end(second);
    await group.finish(first);
    await group.untilTurns([third], []);
  }));

test('waiting-terminated: terminate a run while it waits for its lane', () =>
  withLane(stage.harness(), fakeTarget(), async ({ request, finish, until, holder, end }) => {
    const [a, b, c] = [await holder('x', 1), await holder('y', 1), await holder('z', 1)];
    for (const one of [a, b, c]) await request(one);
    await until(({ holder: now, waiting }) => now?.workflowId === a.workflowId && waiting.length === 2);
    await end(b);
    await finish(a, releaseNamed('r-next'));
    const after = await until(({ holder: now }) => now?.workflowId === c.workflowId);
    expect(after).toMatchObject({ waiting: [], live: { id: 'r-next' } });
  }));

test('outrun-at-lane: a later change of the same ref got the lane first', () =>
  stage.play(
    {
      steps: built,
      grant: (signal, { entity }) => signal('refused', { entity, reason: 'a later change was granted' }),
    },
    async (run) => {
      const end = await run.end();
      expect(end).toMatchObject({ status: 'superseded', compensations: [] });
      expect(run.world.log).not.toContain('deploy');
    },
  ));

test('yield-at-lane: a newer run of the group comes, `onNewer` is cancel, and this one waits for its lane', () =>
  stage.play({ steps: built, grant: never }, async (run) => {
    await run.until(({ status }) => status === 'waiting');
    await run.handle.signal('yield', { entity: 'group', reason: 'a newer run' });
    const end = await run.end();
    expect(end).toMatchObject({ status: 'superseded', reason: 'a newer run', compensations: [] });
    expect(run.world.log).toContain('finish lane nothing');
  }));

test('turns-given-back: a run succeeds that holds its group and its lane', () =>
  stage.play({ steps: built, pipeline: { concurrency: { group: randomUUID() } } }, async (run) => {
    await run.untilShifted();
    await run.decide('promote');
    expect((await run.end()).status).toBe('succeeded');
    expect(run.world.log.slice(-2)).toEqual(['finish lane deployed', 'finish group nothing']);
  }));
