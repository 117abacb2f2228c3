import { createSchedules, syncRepository } from '../../activities/schedules';
import type { PipelineSchedule, Workflows } from '../../src/ports';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { event, pipeline, repository } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const cron = (at: number) => pipeline('nightly', `{ event: schedule, cron: '0 ${String(at)} * * *' }`);
const golden = pipeline(
  'golden',
  `{ event: schedule, cron: '@daily', zone: Europe/Berlin }, { event: push }`,
);

/** Syncs with schedules that `write` answers for; says what was asked for, one list of crons a time. */
async function sync(write: (count: number) => Promise<boolean>, texts: string[] = []) {
  const asked: string[][] = [];
  const syncSchedules = async (_project: string, _repository: string, schedules: PipelineSchedule[]) => {
    asked.push(schedules.map((one) => `${one.pipeline} ${one.cron} ${one.zone}`));
    return { changed: await write(asked.length), refused: [] };
  };
  const files = texts.map((text, at) => ({ path: `golden-paths/${String(at)}.yaml`, text }));
  const ports = {
    repositories: fixture.repositories,
    customSteps: { load: () => Promise.resolve(new Map<string, never>()) },
    goldenPaths: { files: () => Promise.resolve(files) },
    workflows: { syncSchedules } as unknown as Workflows,
  };
  await syncRepository(ports, 'default', repository);
  return asked;
}

const unchanged = () => Promise.resolve(false);

it('are those of all pipelines of the default branch that can be used, and of golden paths', async () => {
  await fixture.commit({
    '.sagaline/a.yaml': cron(3),
    '.sagaline/b.yaml': cron(4).replace('name: nightly', 'name: broken').replace('uses: shell', 'uses: shel'),
    '.sagaline/c.yaml': pipeline('foreign', '{ event: schedule }'),
  });
  expect(await sync(unchanged, [golden])).toEqual([['nightly 0 3 * * * UTC', 'golden @daily Europe/Berlin']]);
});

it('are none in a repository without a commit', async () => {
  expect(await sync(unchanged, [golden])).toEqual([[]]);
});

it('are written again when the branch has moved meanwhile, so that the last who writes has read its head', async () => {
  await fixture.commit({ '.sagaline/a.yaml': cron(3) });
  const asked = await sync(async (count) => {
    if (count === 1) await fixture.commit({ '.sagaline/a.yaml': cron(4) });
    return true;
  });
  expect(asked).toEqual([['nightly 0 3 * * * UTC'], ['nightly 0 4 * * * UTC']]);
});

it('are left to the next push when the branch moves on and on', async () => {
  await fixture.commit({ '.sagaline/a.yaml': cron(1) });
  const asked = await sync(async (count) => {
    await fixture.commit({ '.sagaline/a.yaml': cron(count + 1) });
    return true;
  });
  expect(asked).toHaveLength(5);
});

it('hand their firings to the inbox as they are', async () => {
  const delivered: unknown[] = [];
  const deliver = (...given: unknown[]) => Promise.resolve(void delivered.push(given));
  const { deliverScheduled } = createSchedules({ workflows: { deliver } as unknown as Workflows });
  const firing = event('schedule', { repository, pipeline: 'nightly' });
  await deliverScheduled({ project: 'p', event: firing });
  expect(delivered).toEqual([['p', firing]]);
});
