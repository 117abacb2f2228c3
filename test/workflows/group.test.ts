import { randomUUID } from 'node:crypto';
import type { GroupRule } from '../../src/domain/lane';
import { type Group, withGroup } from './group-world';
import { type Harness, startDevHarness } from './harness';
import { reset } from './reset';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const rule = (onNewer: GroupRule['onNewer'], limit = 1): GroupRule => ({ onNewer, limit });
const signalsOf = (told: { signal: string }[]) => told.map(({ signal }) => signal);

test('as many are active as the limit says; the others take turns, each told once', async () => {
  await withGroup(harness, async ({ asks, finish, request, untilTurns, told, view }) => {
    const [a, b, c, d] = [
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
    ];
    await request(c);
    await untilTurns([a, b], [c, d]);
    await finish(b);
    await untilTurns([a, c], [d]);
    await finish(a);
    await untilTurns([c, d], []);
    for (const one of [a, b, c, d]) expect(signalsOf(await told(one, 'granted'))).toEqual(['granted']);
    expect((await view()).rule).toEqual(rule('queue', 2));
  });
});

test('each holder is watched: one that is terminated frees its place', async () => {
  await withGroup(harness, async ({ asks, end, untilTurns }) => {
    const [a, b, c, d] = [
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
      await asks(rule('queue', 2)),
    ];
    await untilTurns([a, b], [c, d]);
    await end(b);
    await untilTurns([a, c], [d]);
    await end(a);
    await untilTurns([c, d], []);
  });
});

test('cancel: active ones are asked once to make room, and only the newest waits', async () => {
  await withGroup(harness, async ({ workflowId, asks, finish, untilTurns, told }) => {
    const a = await asks(rule('cancel'));
    await untilTurns([a], []);
    const b = await asks(rule('cancel'));
    const asked = await told(a, 'yield');
    expect(asked).toEqual([
      { signal: 'granted', entity: workflowId },
      { signal: 'yield', entity: workflowId, reason: 'a newer run of the same group has asked for its turn' },
    ]);
    const c = await asks(rule('cancel'));
    await untilTurns([a], [c]);
    expect(signalsOf(await told(b, 'refused'))).toEqual(['refused']);
    // It has changed an environment, and so it goes on to its end.
    await finish(a);
    await untilTurns([c], []);
    expect(await told(a, 'yield')).toEqual(asked);
    expect(signalsOf(await told(c, 'granted'))).toEqual(['granted']);
  });
});

test('coalesce: the active one finishes, and only the newest waits, whatever order they came in', async () => {
  await withGroup(harness, async ({ asks, finish, untilTurns, told }) => {
    const at = (time: number) => ({ subject: 'main', order: { time, counter: 0 } });
    const a = await asks(rule('coalesce'), at(1));
    await untilTurns([a], []);
    const b = await asks(rule('coalesce'), at(2));
    const d = await asks(rule('coalesce'), at(4));
    const c = await asks(rule('coalesce'), at(3));
    await untilTurns([a], [d]);
    for (const one of [b, c]) expect(signalsOf(await told(one, 'refused'))).toEqual(['refused']);
    const other = await asks(rule('coalesce'));
    await untilTurns([a], [other]);
    await finish(a);
    await untilTurns([other], []);
    expect(signalsOf(await told(a, 'granted'))).toEqual(['granted']);
    expect(signalsOf(await told(d, 'refused'))).toEqual(['refused']);
  });
});

test('a holder that was reset gives its place to its new run', async () => {
  await withGroup(harness, async ({ asks, request, untilTurns }) => {
    const [a, b] = [await asks(), await asks()];
    await untilTurns([a], [b]);
    const again = { ...a, runId: randomUUID() };
    await request(again);
    // Its watch finds no such run here, and so the place is free again.
    await untilTurns([b], []);
  });
});

test.each(['its start', 'its first grant'] as const)(
  'a group that was reset to %s finds the same turns again',
  async (to) => {
    await withGroup(harness, async ({ workflowId, asks, finish, untilTurns }) => {
      const a = await asks(rule('coalesce'));
      await untilTurns([a], []);
      const b = await asks(rule('coalesce'));
      await finish(a);
      await untilTurns([b], []);
      const c = await asks(rule('coalesce'));
      await untilTurns([b], [c]);
      await reset(harness, workflowId, to);
      await untilTurns([b], [c]);
      await finish(b);
      await untilTurns([c], []);
    });
  },
);

test('a group reads what 0.1.0 has carried over', async () => {
  await withGroup(harness, async ({ workflowId, asks, end, start, untilTurns }) => {
    const [a, b] = [await asks(), await asks()];
    await untilTurns([a], [b]);
    await end({ ...a, workflowId });
    const carried = { supersede: false, generation: 7, holder: a, waiting: [b], newest: [] };
    await start(workflowId, 'group', [{ project: 'test', group: 'g', carried }]);
    await untilTurns([a], [b]);
    await end(a);
    await untilTurns([b], []);
  });
});

const runIdOf = async (workflowId: string) =>
  (await harness.environment.client.workflow.getHandle(workflowId).describe()).runId;

/** Signals of no meaning, until the group has continued as new: the server suggests it at 4 MiB of history. */
async function untilContinued({ workflowId, request, view }: Group): Promise<void> {
  const first = await runIdOf(workflowId);
  const { holders } = await view();
  const [held] = holders;
  if (!held) throw new Error('nobody asks again');
  while ((await runIdOf(workflowId)) === first) {
    await request({ ...held, commit: 'x'.repeat(1_000_000) });
    // A query waits until the signal was handled: together they would be more than one answer of the server may hold.
    await view();
  }
}

test('a group that continues as new keeps who holds, who waits, and who was told what', async () => {
  await withGroup(harness, async (group) => {
    const { asks, request, finish, end, untilTurns, told, view } = group;
    const [a, b] = [await asks(rule('queue', 2)), await asks(rule('queue', 2))];
    await untilTurns([a, b], []);
    const c = await asks(rule('cancel', 2));
    const d = await asks(rule('cancel', 2));
    await told(b, 'yield');
    await told(c, 'refused');
    const before = await view();
    await untilContinued(group);
    expect(await view()).toEqual(before);
    // Who was refused and asks once more is not taken for a newer run.
    await request(c);
    await end(b);
    await untilTurns([a, d], []);
    await finish(a);
    await untilTurns([d], []);
    expect(signalsOf(await told(b, 'yield'))).toEqual(['granted', 'yield']);
  });
});
