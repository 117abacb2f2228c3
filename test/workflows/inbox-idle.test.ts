import { randomUUID } from 'node:crypto';
import type { RouteInput } from '../../activities/route';
import { type Harness, startHarness } from './harness';
import { deliver, runInput } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const route = ({ items }: RouteInput) =>
  Promise.resolve(items.map(({ event }) => ({ key: event.key, decisions: [] })));

test('an inbox ends when its subject was quiet for a month, and not before', async () => {
  await harness.withWorker(
    {},
    async (_world, taskQueue) => {
      const { client, sleep } = harness.environment;
      const workflowId = `inbox:test:${randomUUID()}`;
      const { event } = runInput(deliver());
      const send = (key: string) =>
        client.workflow.signalWithStart('inbox', {
          ...{ workflowId, taskQueue, signal: 'deliver' },
          args: [{ project: 'default', source: 'github', subject: 's' }],
          signalArgs: [{ ...event, key, deliveryId: key, bodyHash: '' }],
        });
      const handle = client.workflow.getHandle(workflowId);
      const status = async () => (await handle.describe()).status.name;
      await send('one');
      await sleep('29 days');
      await send('two');
      await sleep('29 days');
      expect(await status()).toBe('RUNNING');
      await sleep('31 days');
      expect(await status()).toBe('COMPLETED');
      const { events } = await handle.fetchHistory();
      const timers = (events ?? []).filter(({ timerStartedEventAttributes: started }) => started);
      expect(timers).toHaveLength(2);
    },
    { route },
  );
});

test('a cancelled inbox ends', async () => {
  await harness.withWorker(
    {},
    async (_world, taskQueue) => {
      const args = [{ project: 'default', source: 'github', subject: 's' }];
      const workflowId = `inbox:test:${randomUUID()}`;
      const handle = await harness.environment.client.workflow.start('inbox', {
        workflowId,
        taskQueue,
        args,
      });
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    },
    { route },
  );
});
