import { randomUUID } from 'node:crypto';
import { TemporalWorkflows } from '../../src/adapters/workflows/temporal';
import { eventSchema, type SagalineEvent } from '../../src/domain/event';
import { eventKey, scheduleId } from '../../src/domain/identity';
import type { ScheduledInput } from '../../src/domain/scheduled';
import { untilSchedulesServed } from '../support/schedules';
import { until } from '../support/until';
import { type Harness, startDevHarness } from './harness';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
  await untilSchedulesServed(harness.environment.client);
}, 120_000);
afterAll(() => harness.stop());

const repository = 'acme/shop';
const nightly = { pipeline: 'nightly', cron: '0 3 * * *', zone: 'Europe/Berlin' };

interface Firings {
  project: string;
  /** Id of the schedule. */
  id: string;
  taskQueue: string;
  trigger: () => Promise<void>;
  /** Every attempt to deliver, in order. */
  delivered: SagalineEvent[];
}

/** A schedule as the platform makes it, whose firings a worker of the test takes; attempts fail while `fail` says so. */
async function withSchedule(
  use: (firings: Firings) => Promise<void>,
  fail: (attempt: number) => boolean = () => false,
): Promise<void> {
  const { client } = harness.environment;
  const workflows = new TemporalWorkflows(client);
  const project = `p${randomUUID().slice(0, 8)}`;
  const id = scheduleId(project, repository, 'nightly', 0);
  const delivered: SagalineEvent[] = [];
  const deliverScheduled = ({ event }: { event: SagalineEvent }) => {
    delivered.push(event);
    return fail(delivered.length) ? Promise.reject(new Error('not now')) : Promise.resolve();
  };
  await workflows.syncSchedules(project, repository, [nightly]);
  const handle = client.schedule.getHandle(id);
  try {
    await harness.withWorker(
      {},
      async (_world, taskQueue) => {
        await handle.update(({ spec, policies, action, state }) => ({
          ...{ spec, policies, state },
          action: { ...action, taskQueue },
        }));
        await use({ project, id, taskQueue, delivered, trigger: () => handle.trigger() });
      },
      { deliverScheduled },
    );
  } finally {
    await handle.delete();
  }
}

/** The workflows that the schedule has started, once there are as many and all have completed. */
async function completed(id: string, count: number): Promise<string[]> {
  const { client } = harness.environment;
  const started = await until(`${String(count)} firings`, async () => {
    const { recentActions } = (await client.schedule.getHandle(id).describe()).info;
    return recentActions.length === count && recentActions.map(({ action }) => action.workflow.workflowId);
  });
  for (const workflowId of started) await client.workflow.getHandle(workflowId).result();
  return started;
}

it('hands each firing to its inbox as an event of its own time', async () => {
  await withSchedule(async ({ project, id, trigger, delivered }) => {
    await trigger();
    const [started] = await completed(id, 1);
    expect(started).toMatch(new RegExp(`^${id}-\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$`));
    const scheduledFor = `${started?.slice(id.length + 1, -1) ?? ''}.000Z`;
    const [event] = delivered;
    expect(delivered).toHaveLength(1);
    expect(eventSchema.parse(event)).toEqual({
      key: eventKey('schedule', `${id}@${scheduledFor}`),
      deliveryId: `${id}@${scheduledFor}`,
      bodyHash: '',
      source: 'schedule',
      subject: 'acme/shop:schedule/nightly',
      kind: 'schedule',
      time: scheduledFor,
      receivedAt: expect.any(String),
      data: { repository, ...nightly, scheduledFor },
    });
    expect(id).toContain(project);
  });
});

it('delivers the same event again when an attempt fails', async () => {
  await withSchedule(
    async ({ id, trigger, delivered }) => {
      await trigger();
      await completed(id, 1);
      expect(delivered).toHaveLength(3);
      expect(new Set(delivered.map(({ key }) => key)).size).toBe(1);
    },
    (attempt) => attempt < 3,
  );
});

it('makes an event of each time that was missed, and of each only one', async () => {
  await withSchedule(async ({ id, delivered }) => {
    const handle = harness.environment.client.schedule.getHandle(id);
    // Three nights in winter, when Berlin is an hour ahead.
    const window = { start: new Date('2026-01-01T12:00:00Z'), end: new Date('2026-01-04T12:00:00Z') };
    await handle.backfill({ ...window, overlap: 'ALLOW_ALL' });
    await completed(id, 3);
    const times = ['2026-01-02', '2026-01-03', '2026-01-04'].map((day) => `${day}T02:00:00.000Z`);
    expect(delivered.map(({ time }) => time).sort()).toEqual(times);
    expect(new Set(delivered.map(({ key }) => key)).size).toBe(3);
  });
});

it('started by hand stands for the moment at which it was', async () => {
  await withSchedule(async ({ project, id, taskQueue, delivered }) => {
    const input: ScheduledInput = { project, repository, ...nightly, schedule: id };
    const { client } = harness.environment;
    const handle = await client.workflow.start('scheduled', {
      workflowId: `${id}-by-hand`,
      taskQueue,
      args: [input],
    });
    await handle.result();
    const { startTime } = await handle.describe();
    expect(delivered.map(({ time }) => time)).toEqual([startTime.toISOString()]);
  });
});
