import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { temporal } from '@temporalio/proto';
import type { RouteInput } from '../../activities/route';
import type { EventRecord, SagalineEvent } from '../../src/domain/event';
import { type Harness, startDevHarness } from './harness';
import { runInput, deliver } from './world';

const { EventType } = temporal.api.enums.v1;

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const commit = (letter: string) => letter.repeat(40);

function push(key: string, from: string | null, to: string, bodyHash = ''): SagalineEvent {
  const { event } = runInput(deliver());
  const data = { ...event.data, commit: commit(to), previousCommit: from && commit(from) };
  return { ...event, key, deliveryId: key, bodyHash, data, receivedAt: new Date().toISOString() };
}

interface Inbox {
  deliver: (event: SagalineEvent) => Promise<unknown>;
  record: (key: string) => Promise<EventRecord | null>;
  /** Waits until the event has its decisions. */
  routed: (key: string) => Promise<EventRecord>;
  runId: () => Promise<string>;
  /** Every key that `route` was asked about, in order. */
  asked: string[];
  /** Types of the events in the history of an execution, by default of the present one. */
  history: (runId?: string) => Promise<string[]>;
}

async function withInbox(
  use: (inbox: Inbox) => Promise<void>,
  begin: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const asked: string[] = [];
  const route = async ({ items }: RouteInput) => {
    asked.push(...items.map(({ event }) => event.key));
    await begin();
    const decisions = [{ pipeline: 'deliver', matched: true, reason: 'matched', runId: 'run:x' }];
    return items.map(({ event }) => ({ key: event.key, decisions }));
  };
  await harness.withWorker(
    {},
    async (_world, taskQueue) => {
      const workflowId = `inbox:test:${randomUUID()}`;
      const { workflow } = harness.environment.client;
      const handle = workflow.getHandle(workflowId);
      const args = [{ project: 'default', source: 'github', subject: 's' }];
      const record = (key: string) => handle.query<EventRecord | null, [string]>('event', key);
      await use({
        asked,
        record,
        deliver: (event) =>
          workflow.signalWithStart('inbox', {
            workflowId,
            taskQueue,
            args,
            signal: 'deliver',
            signalArgs: [event],
          }),
        async routed(key) {
          for (;;) {
            const found = await record(key);
            if (found?.status === 'routed') return found;
          }
        },
        runId: async () => (await handle.describe()).runId,
        async history(runId) {
          const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
          return (events ?? []).map(({ eventType }) =>
            (EventType[eventType ?? 0] ?? '').replace('EVENT_TYPE_', ''),
          );
        },
      });
      await handle.terminate();
    },
    { route },
  );
}

test('the same delivery sent 50 times at once is routed once', async () => {
  await withInbox(async ({ deliver, routed, asked }) => {
    await Promise.all(Array.from({ length: 50 }, () => deliver(push('same', null, 'a'))));
    await deliver(push('next', 'a', 'b'));
    await routed('next');
    expect(asked).toEqual(['same', 'next']);
  });
});

test('pushes that arrive swapped are put right: the earlier one is superseded', async () => {
  await withInbox(async ({ deliver, routed, asked }) => {
    await deliver(push('first', null, 'a'));
    await routed('first');
    await deliver(push('third', 'b', 'c'));
    await routed('third');
    await deliver(push('second', 'a', 'b'));
    expect((await routed('second')).decisions[0]?.reason).toContain('superseded');
    expect(asked).toEqual(['first', 'third']);
  });
});

test('a signed body under a new delivery id has no effect', async () => {
  await withInbox(async ({ deliver, routed, asked }) => {
    await deliver(push('one', null, 'a', 'h'));
    await routed('one');
    await deliver(push('two', null, 'a', 'h'));
    expect((await routed('two')).decisions[0]).toMatchObject({ matched: false });
    expect(asked).toEqual(['one']);
  });
});

const countActivities = (types: string[]) =>
  types.filter((type) => type === 'ACTIVITY_TASK_SCHEDULED').length;

test('an event that comes alone is routed within the workflow task, without an activity', async () => {
  await withInbox(async ({ deliver, routed, history, asked }) => {
    for (const key of ['a', 'b', 'c']) {
      await deliver({ ...push(key, null, key), kind: 'tag' });
      await routed(key);
    }
    expect(countActivities(await history())).toBe(0);
    expect(asked).toEqual(['a', 'b', 'c']);
  });
});

test('what cannot be routed within the task is routed by an activity, once and in its place', async () => {
  let attempts = 0;
  const refuseFirst = () => (++attempts === 1 ? Promise.reject(new Error('not now')) : Promise.resolve());
  await withInbox(async ({ deliver, routed, history, asked }) => {
    await deliver({ ...push('a', null, 'a'), kind: 'tag' });
    await routed('a');
    await deliver({ ...push('b', null, 'b'), kind: 'tag' });
    await routed('b');
    expect(asked).toEqual(['a', 'a', 'b']);
    expect(countActivities(await history())).toBe(1);
  }, refuseFirst);
});

test('routing that hangs within the task does not hold up the subject, however many events follow', async () => {
  let hangs: () => void;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const hangFirst = () => {
    if (!Context.current().info.isLocal) return Promise.resolve();
    hangs();
    return Context.current().cancelled;
  };
  await withInbox(async ({ deliver, routed, asked }) => {
    const tag = (key: string) => deliver({ ...push(key, null, 'a'), kind: 'tag' });
    await tag('first');
    await hanging;
    // Temporal ends a workflow task behind which more than 100 signals wait.
    await Promise.all(Array.from({ length: 150 }, (_, at) => tag(`k${String(at)}`)));
    await tag('last');
    await routed('last');
    expect(asked.slice(0, 2)).toEqual(['first', 'first']);
    expect(new Set(asked).size).toBe(152);
  }, hangFirst);
});

test('what comes last before an execution may end is routed by an activity, whose result no refused end takes along', async () => {
  await withInbox(async ({ deliver, routed, history, runId }) => {
    const keys = Array.from({ length: 249 }, (_, at) => `k${String(at)}`);
    await Promise.all(keys.map((key) => deliver({ ...push(key, null, 'a'), kind: 'tag' })));
    for (const key of keys) await routed(key);
    const execution = await runId();
    const before = countActivities(await history(execution));
    await deliver({ ...push('last', null, 'a'), kind: 'tag' });
    await routed('last');
    expect(countActivities(await history(execution))).toBe(before + 1);
  });
});

test('a new execution begins at a pause of the events', async () => {
  await withInbox(async ({ deliver, routed, record, runId }) => {
    await deliver(push('k0', null, 'a'));
    const first = await runId();
    const tags = Array.from({ length: 250 }, (_, at) => ({
      ...push(`k${at + 1}`, null, 'a'),
      kind: 'tag' as const,
    }));
    await Promise.all(tags.slice(0, 200).map(deliver));
    await routed('k200');
    expect(await runId()).toBe(first);
    await Promise.all(tags.slice(200).map(deliver));
    await routed('k250');
    while ((await runId()) === first) await record('k250');
    expect((await record('k250'))?.status).toBe('routed');
  });
});

test('what it has seen survives continue-as-new, and nothing that arrived is left behind', async () => {
  await withInbox(async ({ deliver, routed, record, asked, runId }) => {
    await deliver(push('k0', null, 'a'));
    const first = await runId();
    const tags = Array.from({ length: 520 }, (_, at): SagalineEvent => ({
      ...push(`k${at + 1}`, null, 'a'),
      kind: 'tag',
    }));
    for (let at = 0; at < tags.length; at += 40) await Promise.all(tags.slice(at, at + 40).map(deliver));
    await routed('k520');
    while ((await runId()) === first) await record('k520');
    await deliver(push('k519', null, 'a'));
    await deliver({ ...push('last', null, 'a'), kind: 'tag' });
    await routed('last');
    expect(asked.filter((key) => key === 'k519')).toHaveLength(1);
    expect(new Set(asked).size).toBe(522);
    expect(await record('never')).toBeNull();
  });
}, 120_000);
