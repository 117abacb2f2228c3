import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { TemporalWorkflows } from '../../../src/adapters/workflows/temporal';
import { scheduleId } from '../../../src/domain/identity';
import type { PipelineSchedule } from '../../../src/ports';
import { devServerAddress } from '../../setup/temporal';
import { untilSchedulesServed } from '../../support/schedules';
import { until } from '../../support/until';

const repository = 'acme/shop';
let connection: Connection;
let client: Client;
let workflows: TemporalWorkflows;
let project: string;

beforeAll(async () => {
  connection = await Connection.connect({ address: devServerAddress() });
  client = new Client({ connection });
  workflows = new TemporalWorkflows(client);
  await untilSchedulesServed(client);
}, 120_000);
beforeEach(() => {
  project = `p${randomUUID().slice(0, 8)}`;
});
afterEach(async () => {
  for (const name of await workflows.scheduledRepositories(project)) await sync([], name);
});
afterAll(() => connection.close());

const nightly: PipelineSchedule = { pipeline: 'nightly', cron: '0 3 * * *', zone: 'Europe/Berlin' };
const yearly: PipelineSchedule = { pipeline: 'nightly', cron: '@yearly', zone: 'UTC' };

const sync = (schedules: PipelineSchedule[], of = repository) =>
  workflows.syncSchedules(project, of, schedules);
const handle = (pipeline: string, at = 0) =>
  client.schedule.getHandle(scheduleId(project, repository, pipeline, at));

/** Ids of the project's schedules, once the list, which follows a little later, has that many. */
async function listed(count: number): Promise<string[]> {
  return until(`${String(count)} schedules are listed`, async () => {
    const ids: string[] = [];
    for await (const schedule of client.schedule.list({ query: `SagalineProject = '${project}'` }))
      ids.push(schedule.scheduleId);
    return ids.length === count && ids.sort();
  });
}

it('are made, once each, and are what they should be', async () => {
  expect(await sync([nightly, yearly])).toEqual({ changed: true, refused: [] });
  expect(await sync([nightly, yearly])).toEqual({ changed: false, refused: [] });
  const { spec, policies, action, info, typedSearchAttributes } = await handle('nightly').describe();
  expect(policies).toMatchObject({ overlap: 'ALLOW_ALL', catchupWindow: 3_600_000 });
  expect(spec.timezone).toBe('Europe/Berlin');
  expect(action).toMatchObject({ workflowType: 'scheduled', taskQueue: 'sagaline' });
  expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain(repository);
  const hours = info.nextActionTimes.map((time) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' }).format(time),
  );
  expect(new Set(hours)).toEqual(new Set(['03:00']));
  const [newYear] = (await handle('nightly', 1).describe()).info.nextActionTimes;
  expect(newYear?.toISOString()).toMatch(/^\d{4}-01-01T00:00:00.000Z$/);
});

it('come on a day that either field of days names', async () => {
  await sync([{ pipeline: 'either', cron: '0 0 13 * FRI', zone: 'UTC' }]);
  const { nextActionTimes } = (await handle('either').describe()).info;
  expect(nextActionTimes.length).toBeGreaterThan(5);
  for (const time of nextActionTimes) expect(time.getUTCDate() === 13 || time.getUTCDay() === 5).toBe(true);
  expect(nextActionTimes.some((time) => time.getUTCDate() !== 13)).toBe(true);
});

it('follow a change of cron and zone, and stay paused if an operator has paused them', async () => {
  await sync([nightly]);
  await handle('nightly').pause('holidays');
  expect(await sync([{ ...nightly, cron: '0 4 * * *' }])).toEqual({ changed: true, refused: [] });
  expect(await sync([{ ...nightly, cron: '0 4 * * *', zone: 'UTC' }])).toEqual({
    changed: true,
    refused: [],
  });
  const { spec, state, info, typedSearchAttributes } = await handle('nightly').describe();
  expect([spec.timezone, state.paused, state.note]).toEqual(['UTC', true, 'holidays']);
  expect(info.nextActionTimes[0]?.getUTCHours()).toBe(4);
  expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain(project);
});

it('are deleted when they are not wanted any more, those of other repositories are not', async () => {
  await sync([nightly, yearly]);
  await sync([nightly], 'acme/other');
  await listed(3);
  expect(await sync([yearly])).toEqual({ changed: true, refused: [] });
  expect(await listed(2)).toEqual(
    [scheduleId(project, repository, 'nightly', 0), scheduleId(project, 'acme/other', 'nightly', 0)].sort(),
  );
  expect((await workflows.scheduledRepositories(project)).sort()).toEqual(['acme/other', repository]);
  expect(await sync([])).toEqual({ changed: true, refused: [] });
  await listed(1);
  expect(await sync([])).toEqual({ changed: false, refused: [] });
});

it('that cannot be are refused with the reason, and the others are made', async () => {
  const last = { pipeline: 'last', cron: '0 3 L * *', zone: 'UTC' };
  const nowhere = { pipeline: 'nowhere', cron: '0 3 * * *', zone: 'Mars/Olympus' };
  const { changed, refused } = await sync([last, nowhere, nightly]);
  expect(changed).toBe(true);
  expect(refused).toEqual([
    { schedule: last, reason: expect.stringContaining('no L, # or ?') },
    { schedule: nowhere, reason: expect.stringContaining('Mars/Olympus') },
  ]);
  expect(await listed(1)).toEqual([scheduleId(project, repository, 'nightly', 0)]);
});
