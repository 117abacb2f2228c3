import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { RouteInput } from '../../../activities/route';
import { TemporalInboxHistories } from '../../../src/adapters/workflows/inbox-histories';
import { payloadEncryption, workflowBundleFile } from '../../../src/codec/data-converter';
import { readSettings } from '../../../src/config';
import type { SagalineEvent } from '../../../src/domain/event';
import type { RecordedEvents } from '../../../src/ports';
import { newKey } from '../../codec/keys';
import { workflowBundle } from '../../setup/temporal';
import { until } from '../../support/until';
import { type Harness, startDevHarness } from '../../workflows/harness';
import { deliver, runInput } from '../../workflows/world';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

const { event } = runInput(deliver());
const arrived = (key: string, change: object = {}): SagalineEvent => ({
  ...{ ...event, key, deliveryId: key, bodyHash: '', kind: 'tag', receivedAt: new Date().toISOString() },
  ...change,
});

/** Delivers events to an inbox, each when those before it are decided, and returns what its history says of them. */
async function recorded(environment: Record<string, string>, batches: SagalineEvent[][]) {
  const { encryption } = readSettings(environment);
  const { connection, nativeConnection } = harness.environment;
  const client = new Client({ connection, ...payloadEncryption(encryption) });
  const [project, taskQueue] = [`p${randomUUID()}`, `test-${randomUUID()}`];
  const route = ({ items }: RouteInput) =>
    Promise.resolve(
      items.map(({ event: { key } }) => ({
        key,
        decisions: [{ pipeline: 'deliver', matched: true, reason: `matched ${key}`, runId: `run:${key}` }],
      })),
    );
  const worker = await Worker.create({
    ...{ connection: nativeConnection, taskQueue, activities: { route }, ...payloadEncryption(encryption) },
    workflowBundle: { codePath: workflowBundle(workflowBundleFile(encryption)) },
  });
  return worker.runUntil(async () => {
    const workflowId = `inbox:${project}:github:s`;
    const handle = client.workflow.getHandle(workflowId);
    for (const batch of batches) {
      await Promise.all(
        batch.map((one) =>
          client.workflow.signalWithStart('inbox', {
            ...{ workflowId, taskQueue, args: [{ project, source: 'github', subject: 's' }] },
            ...{ signal: 'deliver', signalArgs: [one] },
          }),
        ),
      );
      for (const { key } of batch)
        await until(`${key} is decided`, async () => {
          const found = await handle.query<{ status: string } | null, [string]>('event', key);
          return found?.status === 'routed';
        });
    }
    const own = await until('the inbox is listed', async () => {
      for await (const found of new TemporalInboxHistories(client).changedSince(event.receivedAt))
        if (found.project === project) return found;
      return undefined;
    });
    const { events } = await handle.fetchHistory();
    await handle.terminate();
    const withinTasks = (events ?? []).filter(
      ({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_local_activity',
    ).length;
    return { reasons: reasonsOf(own), withinTasks };
  });
}

const reasonsOf = ({ records }: RecordedEvents) =>
  Object.fromEntries(
    records.map(({ event: { key }, decisions }) => [key, decisions.map(({ reason }) => reason)]),
  );

it.each([
  ['as they are', {}],
  ['encrypted', { SAGALINE_ENCRYPTION_KEYS: newKey('one') }],
])('decisions of events are found however they were routed, %s', async (_how, environment) => {
  const { reasons, withinTasks } = await recorded(environment, [
    [arrived('alone', { bodyHash: 'h' })],
    [arrived('two'), arrived('three')],
    // The same signed body is refused by the inbox itself.
    [arrived('again', { bodyHash: 'h' })],
  ]);
  expect(reasons).toMatchObject({
    alone: ['matched alone'],
    two: ['matched two'],
    three: ['matched three'],
    again: ['the same signed body was delivered before'],
  });
  expect(withinTasks).toBeGreaterThan(0);
});
