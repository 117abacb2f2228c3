import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { until } from './until';

/** Milliseconds for one try; the part of a new server that keeps schedules can leave its first caller without an answer. */
const tryMs = 10_000;

/** Resolves once the server keeps schedules: a new one starts that part with the first schedule of a namespace. */
export async function untilSchedulesServed(client: Client): Promise<void> {
  await until('the server keeps schedules', () =>
    client.withDeadline(Date.now() + tryMs, () => canSchedule(client)).catch(() => false),
  );
}

async function canSchedule(client: Client): Promise<boolean> {
  const handle = await client.schedule.create({
    scheduleId: `probe-${randomUUID()}`,
    spec: { intervals: [{ every: '1d' }] },
    action: { type: 'startWorkflow', workflowType: 'nobody', taskQueue: 'nobody' },
  });
  await handle.describe();
  await handle.delete();
  return true;
}
