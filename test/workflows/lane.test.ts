import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { laneId } from '../../src/domain/identity';
import type { Finish, Holder, LaneView } from '../../src/domain/lane';
import type { Fence, LaneRef, Release } from '../../src/domain/release';
import { type Harness, startDevHarness } from './harness';
import { earlierRelease } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

interface Settled {
  fence: Fence;
  live: Release | null;
}

interface Lane {
  view: () => Promise<LaneView>;
  until: (condition: (view: LaneView) => boolean) => Promise<LaneView>;
  request: (holder: Holder) => Promise<unknown>;
  finish: (holder: Holder, deployed: Release | null) => Promise<unknown>;
  rollback: (release: string) => Promise<unknown>;
  terminate: () => Promise<unknown>;
  /** A workflow that can be told and that stays until it is ended. */
  holder: (subject: string, time: number) => Promise<Holder>;
  end: (holder: Holder) => Promise<unknown>;
  settled: Settled[];
}

const next: Release = { ...earlierRelease, id: 'r-next' };

/** A lane on a target that remembers what it was told, as a real one does. */
async function withLane(use: (lane: Lane) => Promise<void>): Promise<void> {
  const ref: LaneRef = { project: 'test', service: randomUUID(), environment: 'production' };
  const settled: Settled[] = [];
  let target = { generation: 100, live: earlierRelease as Release | null, earlier: [] as Release[] };
  const { client } = harness.environment;
  await harness.withWorker(
    {},
    async (_world, taskQueue) => {
      const workflowId = laneId(ref);
      const handle = client.workflow.getHandle(workflowId);
      const args = [{ lane: ref }];
      const signal = (name: string, payload: Holder | Finish) =>
        client.workflow.signalWithStart('lane', {
          workflowId,
          taskQueue,
          args,
          signal: name,
          signalArgs: [payload],
        });
      const view = () => handle.query<LaneView>('state');
      const holders: Holder[] = [];
      await use({
        settled,
        view,
        async until(condition) {
          for (;;) {
            const seen = await view();
            if (condition(seen)) return seen;
          }
        },
        request: (holder) => signal('request', holder),
        finish: ({ workflowId: id, runId }, deployed) =>
          signal('finish', { workflowId: id, runId, deployed }),
        rollback: (release) =>
          handle.executeUpdate('rollback', { args: [{ release, reason: 'r', actor: 'a' }] }),
        terminate: () => handle.terminate(),
        async holder(subject, time) {
          const id = `holder:${randomUUID()}`;
          // A group waits for signals for ever, which is all that is asked of a holder here.
          const started = await client.workflow.start('group', { workflowId: id, taskQueue, args: [{}] });
          const order = { time, counter: 0 };
          const made = {
            workflowId: id,
            runId: started.firstExecutionRunId,
            subject,
            order,
            commit: String(time),
          };
          holders.push(made);
          return made;
        },
        end: ({ workflowId: id }) => client.workflow.getHandle(id).terminate(),
      });
      const all = [workflowId, ...holders.map((holder) => holder.workflowId)];
      await Promise.all(
        all.map((id) =>
          client.workflow
            .getHandle(id)
            .terminate()
            .catch(() => undefined),
        ),
      );
    },
    {
      inspectLane: () => Promise.resolve(target),
      settleLane: ({ fence, live, earlier }) => {
        settled.push({ fence, live });
        target = { generation: fence.generation, live, earlier };
        return Promise.resolve();
      },
      watchHolder: ({ workflowId, runId }: Pick<Holder, 'workflowId' | 'runId'>) =>
        client.workflow
          .getHandle(workflowId, runId)
          .result()
          .then(
            () => undefined,
            () => undefined,
          ) as Promise<void>,
    },
  );
}

test('one holder at a time, in the order of asking, at growing generations', async () => {
  await withLane(async ({ request, finish, until, holder, settled }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await request(b);
    const first = await until(({ holder: now, waiting }) => now !== null && waiting.length === 1);
    expect(first.holder?.workflowId).toBe(a.workflowId);
    expect(first.generation).toBeGreaterThan(100);
    await finish(a, next);
    const second = await until(({ holder: now }) => now?.workflowId === b.workflowId);
    expect(second.generation).toBeGreaterThan(first.generation);
    expect(second.live?.id).toBe('r-next');
    expect(second.earlier.map(({ id }) => id)).toEqual(['r-earlier']);
    expect(settled).toHaveLength(1);
  });
});

test('a holder that is terminated frees the lane, which first restores the last good release', async () => {
  await withLane(async ({ request, until, holder, end, settled }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await request(b);
    const first = await until(({ holder: now }) => now?.workflowId === a.workflowId);
    await end(a);
    const second = await until(({ holder: now }) => now?.workflowId === b.workflowId);
    expect(settled.map(({ live }) => live?.id)).toEqual(['r-earlier']);
    expect(settled[0]?.fence.generation).toBeGreaterThan(first.generation);
    expect(second.generation).toBeGreaterThan(settled[0]?.fence.generation ?? Infinity);
  });
});

test('an earlier change of a subject is not granted after a later one', async () => {
  await withLane(async ({ request, finish, until, view, holder }) => {
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

test('a rollback takes effect while a run holds the lane, and fences that run off', async () => {
  await withLane(async ({ request, finish, until, holder, rollback, settled }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    await request(b);
    const held = await until(({ holder: now, live }) => now !== null && live?.id === 'r-next');
    await rollback('r-earlier');
    const after = await until(({ live }) => live?.id === 'r-earlier');
    expect(settled.at(-1)?.fence.generation).toBeGreaterThan(held.generation);
    expect(after.earlier.map(({ id }) => id)).toEqual(['r-next']);
    await finish(b, null);
    expect((await until(({ holder: now }) => now === null)).live?.id).toBe('r-earlier');
    const unknown = rollback('r-unknown');
    await expect(unknown).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    await expect(unknown).rejects.toHaveProperty('cause.type', 'WrongState');
  });
});

test('a lane that was terminated starts again from what its target remembers', async () => {
  await withLane(async ({ request, finish, until, holder, terminate }) => {
    const [a, b] = [await holder('x', 1), await holder('y', 1)];
    await request(a);
    await until(({ holder: now }) => now !== null);
    await finish(a, next);
    const before = await until(({ holder: now, live }) => now === null && live?.id === 'r-next');
    await terminate();
    await request(b);
    const after = await until(({ holder: now }) => now !== null);
    expect(after.live?.id).toBe('r-next');
    expect(after.earlier.map(({ id }) => id)).toEqual(['r-earlier']);
    expect(after.generation).toBeGreaterThan(before.generation);
  });
});
