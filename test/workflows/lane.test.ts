import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { poolQueue } from '../../src/domain/messages';
import { failureOf, type Harness, startDevHarness } from './harness';
import { fakeTarget, releaseNamed, withLane } from './lane-world';
import { deliver } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const next = releaseNamed('r-next');

test('one holder at a time, in the order of asking, at growing generations', async () => {
  const target = fakeTarget();
  await withLane(harness, target, async ({ request, finish, until, holder }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await request(b);
    const first = await until(({ holder: now, waiting }) => now !== null && waiting.length === 1);
    expect(first.holder?.workflowId).toBe(a.workflowId);
    expect(first.generation).toBeGreaterThan(100);
    await finish(a, next);
    const second = await until(({ holder: now }) => now?.workflowId === b.workflowId);
    expect(second.generation).toBeGreaterThan(first.generation);
    expect(second.live).toMatchObject({ id: 'r-next', runId: 'run-of-r-next' });
    expect(second.earlier.map(({ id }) => id)).toEqual(['r-earlier']);
    expect(target.settled).toHaveLength(1);
  });
});

test('a holder that is terminated frees the lane, which first restores the last good release', async () => {
  const target = fakeTarget();
  await withLane(harness, target, async ({ request, until, holder, end }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await request(b);
    const first = await until(({ holder: now }) => now?.workflowId === a.workflowId);
    await end(a);
    const second = await until(({ holder: now }) => now?.workflowId === b.workflowId);
    expect(target.settled.map(({ live }) => live?.id)).toEqual(['r-earlier']);
    expect(target.settled[0]?.fence.generation).toBeGreaterThan(first.generation);
    expect(second.generation).toBeGreaterThan(target.settled[0]?.fence.generation ?? Infinity);
  });
});

test('an earlier change of a subject is not granted after a later one', async () => {
  await withLane(harness, fakeTarget(), async ({ request, finish, until, view, holder }) => {
    const [late, early, other] = [await holder('x', 2), await holder('x', 1), await holder('y', 1)];
    await request(late);
    await until(({ holder: now }) => now !== null);
    await finish(late, next);
    await request(early);
    await request(other);
    await until(({ holder: now }) => now?.workflowId === other.workflowId);
    expect((await view()).waiting).toEqual([]);
  });
});

test('a rollback takes effect during a canary, whose later writes are refused; who waits goes on', async () => {
  const target = fakeTarget();
  await withLane(harness, target, async ({ ref, taskQueue, request, finish, until, holder, rollback }) => {
    const [a, b, c] = [await holder('x', 1), await holder('y', 1), await holder('z', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    await request(b);
    await request(c);
    const { generation, earlier } = await until(
      ({ holder: now, live }) => now?.workflowId === b.workflowId && live?.id === 'r-next',
    );
    const [settings] = deliver({ interval: '1h' })
      .steps.flatMap((step) => ('with' in step ? [step.with] : []))
      .slice(-1);
    const release = releaseNamed('r-candidate');
    const canary = await harness.environment.client.workflow.start('canary', {
      workflowId: `canary:${randomUUID()}`,
      taskQueue,
      args: [{ step: 'release', lane: ref, generation, firstSequence: 1, release, earlier, settings }],
    });
    await target.shifted;
    await rollback('r-earlier');
    const after = await until(({ live }) => live?.id === 'r-earlier');
    expect(after.holder?.workflowId).toBe(b.workflowId);
    expect(target.settled.at(-1)?.fence.generation).toBeGreaterThan(generation);
    expect(after.earlier.map(({ id }) => id)).toEqual(['r-next']);
    await canary.signal('operator', { command: 'promote', reason: 'r' });
    expect(await failureOf(canary)).toMatchObject({ type: 'StaleGeneration' });
    await finish(b, null);
    const last = await until(({ holder: now }) => now?.workflowId === c.workflowId);
    expect(last.live?.id).toBe('r-earlier');
  });
});

test('what a holder had deployed before a rollback does not come back at its end', async () => {
  await withLane(harness, fakeTarget(), async ({ request, finish, until, holder, rollback }) => {
    const [a, b, c] = [await holder('x', 1), await holder('y', 1), await holder('z', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    await request(b);
    await until(({ holder: now }) => now?.workflowId === b.workflowId);
    await rollback('r-earlier');
    await finish(b, releaseNamed('r-overruled'));
    expect((await until(({ holder: now }) => now === null)).live?.id).toBe('r-earlier');
    await request(c);
    await until(({ holder: now }) => now?.workflowId === c.workflowId);
    await finish(c, releaseNamed('r-later'));
    const after = await until(({ live }) => live?.id === 'r-later');
    expect(after.earlier.map(({ id }) => id)).toEqual(['r-earlier', 'r-next']);
  });
});

test('a rollback to what is not available is refused', async () => {
  await withLane(harness, fakeTarget(), async ({ request, until, holder, rollback }) => {
    await request(await holder('x', 1));
    await until(({ holder: now }) => now !== null);
    const unknown = rollback('r-unknown');
    await expect(unknown).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await expect(unknown).rejects.toHaveProperty('cause.type', 'WrongState');
  });
});

test("a lane acts on its target by the workers of its environment's pool", async () => {
  const [target, pool] = [fakeTarget(), `test-${randomUUID()}`];
  const wrongPool = () => Promise.reject(new Error('this worker cannot reach the target'));
  const poolWorker = await Worker.create({
    connection: harness.environment.nativeConnection,
    taskQueue: poolQueue(pool),
    activities: target.activities(),
  });
  const elsewhere = {
    inspectLane: wrongPool,
    settleLane: wrongPool,
    poolsOf: (names: string[]) => Promise.resolve(Object.fromEntries(names.map((name) => [name, pool]))),
  };
  const story = withLane(
    harness,
    target,
    async ({ ref, workflowId, taskQueue, request, finish, until, holder, terminate, rollback }) => {
      const [a, b] = [await holder('x', 1, { pool }), await holder('y', 1, { pool })];
      await request(a);
      await until(({ holder: now }) => now !== null);
      await finish(a, next);
      expect(await until(() => target.settled.length === 1)).toMatchObject({ problem: null });
      await terminate();
      // Started by hand: no request has told the pool.
      const args = [{ lane: ref }];
      await harness.environment.client.workflow.start('lane', { workflowId, taskQueue, args });
      await until(({ live }) => live?.id === 'r-next');
      await rollback('r-earlier');
      await request(b);
      await until(({ holder: now, live }) => now !== null && live?.id === 'r-earlier');
      expect(target.settled.map(({ live }) => live?.id)).toEqual(['r-next', 'r-earlier']);
    },
    elsewhere,
  );
  await poolWorker.runUntil(story);
});

test('a lane started by hand, whose environment has no pool, reads its target', async () => {
  const target = fakeTarget(next);
  const poolsOf = () => Promise.resolve({ production: null });
  await withLane(
    harness,
    target,
    async ({ ref, workflowId, taskQueue, until }) => {
      const args = [{ lane: ref }];
      await harness.environment.client.workflow.start('lane', { workflowId, taskQueue, args });
      expect(await until(({ live }) => live !== null)).toMatchObject({
        live: { id: 'r-next' },
        generation: 100,
      });
    },
    { poolsOf },
  );
});

test('a target that does not answer keeps nobody from its turn, and its problem is shown', async () => {
  const target = fakeTarget();
  const { inspectLane } = target.activities();
  const down = () =>
    Promise.reject(ApplicationFailure.nonRetryable('the router is down', 'TargetUnavailable'));
  let isDown = false;
  const override = {
    inspectLane: (...args: Parameters<typeof inspectLane>) => (isDown ? down() : inspectLane(...args)),
    settleLane: down,
  };
  await withLane(
    harness,
    target,
    async ({ request, finish, until, holder }) => {
      const [a, b] = [await holder('x', 1), await holder('y', 1)];
      await request(a);
      await until(({ holder: now }) => now !== null);
      isDown = true;
      await finish(a, null);
      await request(b);
      const after = await until(({ holder: now }) => now?.workflowId === b.workflowId);
      expect(after.problem).toBe('the router is down');
    },
    override,
  );
});
