import { pino } from 'pino';
import { configurationSchema } from '../../src/domain/configuration';
import { ScheduleWatch } from '../../workers/schedule-watch';

/** A watch over a platform of which everything can be changed between two looks. */
function watching() {
  const world = {
    repositories: ['acme/shop'],
    golden: [] as { path: string; text: string }[],
    scheduled: [] as string[],
    unreachable: new Set<string>(),
    /** Repositories whose schedules were written, in order. */
    synced: [] as string[],
  };
  const complaints: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void complaints.push(line) });
  const never = (what: string) => () => Promise.reject(new Error(what));
  const watch = new ScheduleWatch(
    {
      configuration: {
        current: () =>
          Promise.resolve(
            configurationSchema.parse({
              apiVersion: 'sagaline/v1',
              repositories: world.repositories.map((name) => ({ name, url: `/git/${name}` })),
            }),
          ),
      },
      goldenPaths: { files: () => Promise.resolve(world.golden) },
      customSteps: { load: () => Promise.resolve(new Map()) },
      repositories: {
        head: (name) =>
          world.unreachable.has(name) ? Promise.reject(new Error('no answer')) : Promise.resolve(undefined),
        defaultBranch: never('no event is routed'),
        commitOf: never('no event is routed'),
        files: never('there is no commit'),
        changedPaths: never('no event is routed'),
        checkout: never('nothing is built'),
        release: never('nothing is built'),
      },
      workflows: {
        syncSchedules: (_project, name) => {
          world.synced.push(name);
          return Promise.resolve({ changed: false, refused: [] });
        },
        scheduledRepositories: () => Promise.resolve(world.scheduled),
      },
    },
    log,
  );
  return { world, watch, complaints };
}

it('looks at a repository once, and again when golden paths have changed', async () => {
  const { world, watch } = watching();
  await watch.look();
  await watch.look();
  expect(world.synced).toEqual(['acme/shop']);
  world.golden = [{ path: 'a.yaml', text: 'name: a' }];
  await watch.look();
  expect(world.synced).toEqual(['acme/shop', 'acme/shop']);
});

it('looks at a repository that sagaline.yaml has gained', async () => {
  const { world, watch } = watching();
  await watch.look();
  world.repositories.push('acme/other');
  await watch.look();
  expect(world.synced).toEqual(['acme/shop', 'acme/other']);
});

it('takes the schedules from a repository that is no longer registered, and gives them back when it is', async () => {
  const { world, watch } = watching();
  await watch.look();
  world.repositories = [];
  world.scheduled = ['acme/shop'];
  await watch.look();
  expect(world.synced).toEqual(['acme/shop', 'acme/shop']);
  world.repositories = ['acme/shop'];
  await watch.look();
  expect(world.synced).toHaveLength(3);
});

it('says which repository does not answer, goes on with the others, and asks it again', async () => {
  const { world, watch, complaints } = watching();
  world.repositories = ['acme/away', 'acme/shop'];
  world.unreachable.add('acme/away');
  await watch.look();
  expect(world.synced).toEqual(['acme/shop']);
  expect(complaints).toEqual([expect.stringContaining('acme/away')]);
  world.unreachable.clear();
  await watch.look();
  expect(world.synced).toEqual(['acme/shop', 'acme/away']);
});

it('says nothing of what breaks off because it was stopped', async () => {
  const { world, watch, complaints } = watching();
  world.unreachable.add('acme/shop');
  const looked = watch.look();
  watch.stop();
  await looked;
  expect([world.synced, complaints]).toEqual([[], []]);
});
