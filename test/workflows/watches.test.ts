import { TemporalWorkflows } from '../../src/adapters/workflows/temporal';
import { createLanes } from '../../activities/lanes';
import { type Group, withGroup } from './group-world';
import { type Harness, startDevHarness } from './harness';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

/** The real activity, without a configuration: nothing is asked of it here. */
const realWatch = () => {
  const configuration = { current: () => Promise.reject(new Error('no configuration')) };
  const { watchHolder } = createLanes({
    configuration,
    workflows: new TemporalWorkflows(harness.environment.client),
  });
  return { watchHolder };
};

test('more holders are watched than a worker has places, and each that is ended from outside is noticed', async () => {
  // A worker of the harness has the SDK's 100 places for activities.
  const limit = 120;
  const use = async (group: Group) => {
    const rule = { onNewer: 'queue', limit } as const;
    const holders = await Promise.all(Array.from({ length: limit }, () => group.asks(rule)));
    await group.until((view) => view.holders.length === limit);
    const waiting = [await group.asks(rule), await group.asks(rule)];
    const [first, , , last] = holders;
    if (first) await group.end(first);
    if (last) await group.end(last);
    const { holders: now } = await group.until((view) => view.waiting.length === 0);
    expect(now.map(({ runId }) => runId)).toEqual(expect.arrayContaining(waiting.map(({ runId }) => runId)));
  };
  await withGroup(harness, use, {}, undefined, realWatch());
}, 60_000);

test('a holder that was ended before anybody watched it is noticed at once', async () => {
  const use = async (group: Group) => {
    const rule = { onNewer: 'queue', limit: 1 } as const;
    const first = await group.asks(rule);
    const second = await group.asks(rule);
    const third = await group.asks(rule);
    await group.untilTurns([first], [second, third]);
    await group.end(second);
    await group.finish(first);
    await group.untilTurns([third], []);
  };
  await withGroup(harness, use, {}, undefined, realWatch());
});
