import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { RouteInput } from '../../activities/route';
import type { EventRecord, SagalineEvent } from '../../src/domain/event';
import type { Order } from '../../src/domain/run';
import { workflowBundle } from '../setup/temporal';
import { until } from '../support/until';
import type { Harness } from '../workflows/harness';
import { createWorld, deliver, runInput } from '../workflows/world';
import { type Execution, executionOf, signalled } from './execution';

/** An inbox and what it was asked to route. */
export interface Flooded {
  /** Every event that `route` was given, in order. */
  asked: { key: string; order: Order }[];
  /** Signals these, many at a time and every hundredth of them twice; the last one comes last. */
  send: (events: SagalineEvent[]) => Promise<void>;
  /** Waits until the event of that key has its decisions, while a worker lives. */
  routed: (key: string) => Promise<void>;
  whileWorking: <T>(work: () => Promise<T>) => Promise<T>;
  /** All executions, the first one first. */
  executions: () => Promise<Execution[]>;
  end: () => Promise<unknown>;
}

const atOnce = 10;
const repeatEvery = 100;

/** Key of the event of that number. */
export const keyOf = (number: number): string => `k${String(number)}`;

/** Tags of one repository, numbered from there, with as much data as a wordy sender's. */
export function tags(from: number, count: number): SagalineEvent[] {
  const { event } = runInput(deliver());
  return Array.from({ length: count }, (_, at) => {
    const key = keyOf(from + at);
    const data = { ...event.data, message: 'm'.repeat(1000) };
    return { ...event, key, deliveryId: key, kind: 'tag', data, receivedAt: new Date().toISOString() };
  });
}

/** An inbox of its own on the shared server. */
export function floodedInbox(harness: Harness): Flooded {
  const { client, nativeConnection } = harness.environment;
  const workflowId = `inbox:test:${randomUUID()}`;
  const taskQueue = `test-${randomUUID()}`;
  const asked: Flooded['asked'] = [];
  let firstRunId: string | undefined;

  const route = ({ items }: RouteInput) => {
    asked.push(...items.map(({ event: { key }, order }) => ({ key, order })));
    return Promise.resolve(items.map(({ event: { key } }) => ({ key, decisions: [] })));
  };
  const signal = async (event: SagalineEvent): Promise<void> => {
    const { signaledRunId } = await client.workflow.signalWithStart('inbox', {
      workflowId,
      taskQueue,
      args: [{ project: 'default', source: 'github', subject: 's' }],
      signal: 'deliver',
      signalArgs: [event],
    });
    firstRunId ??= signaledRunId;
  };

  return {
    asked,
    async send(events) {
      const sent = events.flatMap((event, at) => (at % repeatEvery === 0 ? [event, event] : [event]));
      const [last] = sent.splice(-1);
      for (let at = 0; at < sent.length; at += atOnce) {
        await Promise.all(sent.slice(at, at + atOnce).map(signal));
      }
      if (last) await signal(last);
    },
    async routed(key) {
      const inbox = client.workflow.getHandle(workflowId);
      // A query costs the server as much as a hop of the inbox, so they begin when the answer is near.
      await until(`${key} is given to route`, () => asked.at(-1)?.key === key);
      await until(`${key} is routed`, async () => {
        const record = await inbox.query<EventRecord | null, [string]>('event', key);
        return record?.status === 'routed';
      });
    },
    async whileWorking(work) {
      const { activities } = createWorld({}, () => Promise.resolve());
      const worker = await Worker.create({
        connection: nativeConnection,
        taskQueue,
        workflowBundle: { codePath: workflowBundle() },
        activities: { ...activities, route },
      });
      return worker.runUntil(work);
    },
    async executions() {
      const found: Execution[] = [];
      for (let runId = firstRunId; runId !== undefined; runId = found.at(-1)?.next) {
        found.push(await executionOf(client.workflow, workflowId, runId));
      }
      return found;
    },
    end: () => client.workflow.getHandle(workflowId).terminate(),
  };
}

/** Keys of the events that the executions were signalled, each once, in the order in which the server took them. */
export function keysTaken(executions: Execution[]): string[] {
  return [
    ...new Set(executions.flatMap((execution) => signalled<SagalineEvent>(execution)).map(({ key }) => key)),
  ];
}
