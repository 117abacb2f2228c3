import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Inspection } from '../../activities/release';
import { laneId } from '../../src/domain/identity';
import type { Finish, Holder, LaneView } from '../../src/domain/lane';
import { type Fence, isStale, type LaneRef, type Release } from '../../src/domain/release';
import type { Harness } from './harness';
import { earlierRelease, type World } from './world';

export const releaseNamed = (id: string): Release => ({ ...earlierRelease, id, runId: `run-of-${id}` });

/** A target that remembers what it was told and refuses what is older, as a real one does. */
export function fakeTarget(live: Release | null = earlierRelease, earlier: Release[] = []) {
  let seen: Fence = { generation: 100, sequence: 0 };
  let now = { live, earlier };
  const settled: { fence: Fence; live: Release | null }[] = [];
  let shifted: () => void = () => undefined;
  const take = (fence: Fence) => {
    if (isStale(fence, seen)) throw ApplicationFailure.nonRetryable('older', 'StaleGeneration');
    seen = fence;
  };
  return {
    /** Each settlement by a lane, in order. */
    settled,
    /** Resolves when a canary has shifted traffic. */
    shifted: new Promise<void>((resolve) => (shifted = resolve)),
    /** Awaited by each settlement before it acts. */
    gate: Promise.resolve(),
    activities(): Pick<World['activities'], 'inspectLane' | 'settleLane' | 'shiftTraffic'> {
      return {
        inspectLane: (): Promise<Inspection> => Promise.resolve({ generation: seen.generation, ...now }),
        settleLane: async ({ fence, ...releases }) => {
          await this.gate;
          take(fence);
          now = { live: releases.live, earlier: releases.earlier };
          settled.push({ fence, live: releases.live });
        },
        shiftTraffic: ({ fence }) => Promise.resolve(fence).then(take).then(shifted),
      };
    },
    /** As a run writes that holds the lane at that generation. */
    write: (generation: number) => {
      take({ generation, sequence: 1 });
    },
  };
}

export type FakeTarget = ReturnType<typeof fakeTarget>;

export interface Lane {
  ref: LaneRef;
  workflowId: string;
  taskQueue: string;
  view: () => Promise<LaneView>;
  until: (condition: (view: LaneView) => boolean) => Promise<LaneView>;
  request: (holder: Holder) => Promise<unknown>;
  finish: (holder: Pick<Holder, 'workflowId' | 'runId'>, deployed: Release | null) => Promise<unknown>;
  rollback: (release: string) => Promise<LaneView>;
  terminate: () => Promise<unknown>;
  /** A workflow that can be told and that stays until it is ended. */
  holder: (subject: string, time: number, change?: Partial<Holder>) => Promise<Holder>;
  end: (holder: Holder) => Promise<unknown>;
}

/** Watches as the real activity does. */
export const watching = ({ environment }: Harness): Pick<World['activities'], 'watchHolder'> => ({
  watchHolder: ({ workflowId, runId }) =>
    environment.client.workflow
      .getHandle(workflowId, runId)
      .result()
      .then(
        () => undefined,
        () => undefined,
      ),
});

/** Runs a worker for one lane on that target; ends the lane and all its holders afterwards. */
export async function withLane(
  harness: Harness,
  target: FakeTarget,
  use: (lane: Lane) => Promise<void>,
  override: Partial<World['activities']> = {},
): Promise<void> {
  const ref: LaneRef = { project: 'test', service: randomUUID(), environment: 'production' };
  const workflowId = laneId(ref);
  const { client } = harness.environment;
  const handle = client.workflow.getHandle(workflowId);
  const started = [workflowId];
  const laneOn = (taskQueue: string): Lane => {
    const signal = (name: string, payload: Holder | Finish) =>
      client.workflow.signalWithStart('lane', {
        workflowId,
        taskQueue,
        args: [{ lane: ref }],
        signal: name,
        signalArgs: [payload],
      });
    const view = () => handle.query<LaneView>('state');
    return {
      ref,
      workflowId,
      taskQueue,
      view,
      async until(condition) {
        for (;;) {
          const seen = await view();
          if (condition(seen)) return seen;
        }
      },
      request: (holder) => signal('request', holder),
      finish: ({ workflowId: id, runId }, deployed) => signal('finish', { workflowId: id, runId, deployed }),
      rollback: (release) =>
        handle.executeUpdate('rollback', { args: [{ release, reason: 'r', actor: 'a' }] }),
      terminate: () => handle.terminate(),
      async holder(subject, time, change = {}) {
        const id = `holder:${randomUUID()}`;
        started.push(id);
        // A group waits for signals for ever, which is all that is asked of a holder here.
        const { firstExecutionRunId: runId } = await client.workflow.start('group', {
          workflowId: id,
          taskQueue,
          args: [{}],
        });
        const order = { time, counter: 0 };
        return { workflowId: id, runId, subject, order, commit: String(time), ...change };
      },
      end: ({ workflowId: id }) => client.workflow.getHandle(id).terminate(),
    };
  };
  const activities = { ...target.activities(), ...watching(harness), ...override };
  const endAll = () => Promise.allSettled(started.map((id) => client.workflow.getHandle(id).terminate()));
  await harness.withWorker(
    {},
    // The worker stops only when its watching activities have ended.
    (_world, taskQueue) => use(laneOn(taskQueue)).finally(endAll),
    activities,
  );
}
