import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inboxId, scheduleId } from '../../src/domain/identity';
import type { EventRecord, SagalineEvent } from '../../src/domain/event';
import { untilSchedulesServed } from '../support/schedules';
import { until } from '../support/until';
import { startStage, type Stage } from './stage';

const nightly = `apiVersion: sagaline/v1
name: nightly
on: [{ event: schedule, cron: '0 3 * * *', zone: Europe/Berlin }]
inputs: { level: { type: string, default: low } }
steps:
  - { id: look, uses: shell, env: { LEVEL: '\${inputs.level}' }, with: { run: 'echo "$LEVEL"' } }
`;

let stage: Stage;
let golden: string;
beforeAll(async () => {
  stage = await startStage();
  golden = join(stage.folder, 'golden');
  await mkdir(golden);
  await writeFile(join(golden, 'nightly.yaml'), nightly);
  await untilSchedulesServed(stage.client);
}, 180_000);
afterAll(() => stage.stop(), 60_000);

const id = scheduleId('default', 'acme/shop', 'nightly', 0);
const inbox = inboxId('default', 'schedule', 'acme/shop:schedule/nightly');

/** Key of the only event that an inbox was given. */
async function deliveredKey(): Promise<string | null> {
  const { events } = await stage.client.workflow.getHandle(inbox).fetchHistory();
  const [payload] = (events ?? []).flatMap(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
  );
  return payload ? (JSON.parse(Buffer.from(payload.data ?? []).toString()) as SagalineEvent).key : null;
}

it('of golden paths are there when a worker runs, fire into runs, and go with their repository', async () => {
  const schedule = stage.client.schedule.getHandle(id);
  await stage.startWorker({ SAGALINE_PIPELINES: golden });
  await until('the schedule is made', () =>
    schedule.describe().then(
      () => true,
      () => false,
    ),
  );

  await schedule.trigger();
  const key = await until('the firing is delivered', () => deliveredKey().catch(() => null));
  const record = await until('the firing is routed', async () => {
    const found = await stage.client.workflow
      .getHandle(inbox)
      .query<EventRecord | null, [string]>('event', key);
    return found?.status === 'routed' && found;
  });
  expect(record.decisions).toMatchObject([{ pipeline: 'nightly', matched: true }]);
  const run = stage.client.workflow.getHandle(record.decisions[0]?.runId ?? '');
  expect(await run.result()).toMatchObject({ status: 'succeeded', pipeline: 'nightly' });

  await stage.configure({ repositories: [] });
  await stage.startWorker({ SAGALINE_PIPELINES: golden });
  await until('the schedule is gone', () =>
    schedule.describe().then(
      () => false,
      () => true,
    ),
  );
}, 180_000);

it('a folder that is not there keeps a worker from starting', async () => {
  const missing = join(stage.folder, 'missing');
  await expect(stage.startWorker({ SAGALINE_PIPELINES: missing })).rejects.toThrow('SAGALINE_PIPELINES');
});
