import type { WorkflowHandle } from '@temporalio/client';
import type { RunView } from '../../src/domain/run';
import { argumentsOf, commandsOf } from '../e2e/documented';
import { until } from '../support/until';
import { executedBy, type Stage, startStage, type WorkerProcess } from '../workers/stage';
import { laterBuild } from './builds';

const documented = commandsOf('Rolling out a new build');
const used = new Set<string>();

let stage: Stage;
let patched: string;
let unpatched: string;
beforeAll(async () => {
  stage = await startStage();
  await stage.configure({ pools: ['build'] });
  patched = await laterBuild(stage.folder, 'patched');
  unpatched = await laterBuild(stage.folder, 'unpatched');
}, 120_000);
afterAll(() => stage.stop());

/** Two steps on a pool, and an approval between them at which a run waits for as long as a test likes. */
const pipeline = {
  steps: [
    { id: 'build', uses: 'shell', runsOn: 'build', with: { run: 'true' } },
    { id: 'ask', needs: ['build'], uses: 'approval', with: { teams: ['team-shop'] } },
    { id: 'ship', needs: ['ask'], uses: 'shell', runsOn: 'build', with: { run: 'true' } },
  ],
};

/** Starts a run; in a group it takes its turn there first. */
const begin = (id: string, group?: string) =>
  stage.start(id, { ...pipeline, ...(group !== undefined && { concurrency: { group, onNewer: 'queue' } }) });

const waits = (handle: WorkflowHandle) =>
  until(`${handle.workflowId} waits for its approval`, async () => {
    const { steps } = await handle.query<RunView>('state').catch(() => ({ steps: [] }));
    return steps.some(({ id, status }) => id === 'ask' && status === 'waiting');
  });

const approve = (handle: WorkflowHandle) =>
  handle.executeUpdate('approve', {
    args: [{ actor: 'ada', teams: ['team-shop'], reason: '', aliases: [] }],
  });

const memoOf = async (handle: WorkflowHandle) => (await handle.describe()).memo;

async function failedTasks(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(
    ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
  );
}

/** Pids of the workers that decided for a workflow, in order, each once. */
async function decidedBy(handle: WorkflowHandle): Promise<number[]> {
  const { events } = await handle.fetchHistory();
  const pids = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: completed }) =>
    completed ? [Number(completed.identity?.split('@')[0])] : [],
  );
  return [...new Set(pids)];
}

describe('without deployments', () => {
  afterEach(() => stage.stopWorkers());

  test('a run that began on a build goes on with the next, whose change is behind a patch', async () => {
    const first = await stage.startWorker();
    const before = await begin('run:before');
    await waits(before);
    await first.stop();

    const second = await stage.startWorker({}, patched);
    await approve(before);
    await expect(before.result()).resolves.toMatchObject({ status: 'succeeded' });
    expect(await decidedBy(before)).toEqual([first.pid, second.pid]);
    expect(await memoOf(before)).toEqual({});

    const after = await begin('run:after');
    await waits(after);
    await approve(after);
    await expect(after.result()).resolves.toMatchObject({ status: 'succeeded' });
    expect(await memoOf(after)).toEqual({ build: 'later' });
    expect(await failedTasks(before)).toEqual([]);
  });

  test('without the patch it stands still, harmed by nothing, until a build comes that has one', async () => {
    const first = await stage.startWorker();
    const handle = await begin('run:stuck');
    await waits(handle);
    await first.stop();

    const wrong = await stage.startWorker({}, unpatched);
    await handle.signal('nudge');
    await until('the wrong build has failed', async () => (await failedTasks(handle)).length > 0);
    expect((await failedTasks(handle))[0]).toContain('Nondeterminism');
    await wrong.stop();

    await stage.startWorker({}, patched);
    await waits(handle);
    await approve(handle);
    await expect(handle.result()).resolves.toMatchObject({ status: 'succeeded' });
  });
});

describe('with a deployment', () => {
  const deployment = 'shop-workers';

  const startBuild = (build: string, dist?: string) =>
    stage.startWorker({ SAGALINE_DEPLOYMENT: deployment, SAGALINE_BUILD_ID: build }, dist);

  const temporal = (to: string, values: Record<string, string>) => {
    const command = documented.get(to);
    if (command === undefined) throw new Error(`docs/operating.md has no command to ${to}`);
    used.add(to);
    return stage.temporal(...argumentsOf(command, { deployment, ...values }));
  };

  /** Waits until the server knows all queues of the build, as the document tells, and makes it the current one. */
  const roll = async (build: string) => {
    await until(`the queues of build ${build}`, async () => {
      const shown = await temporal('see which task queues a build serves, and later whether it has drained', {
        build,
      }).catch(() => '');
      return /sagaline +workflow/.test(shown) && /sagaline-build +activity/.test(shown);
    });
    await temporal('make it the current build: new runs begin there, entities move there', { build });
  };

  const buildOf = async (handle: WorkflowHandle) => {
    const { workflowExecutionInfo } = (await handle.describe()).raw;
    return workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  };

  const group = () => stage.client.workflow.getHandle('group:default:versioned');

  let old: WorkerProcess;
  let straggler: WorkflowHandle;

  test('a run ends on its build, new ones begin on the next, and their group moves there', async () => {
    old = await startBuild('a');
    await roll('a');
    const pinned = await begin('run:pinned', 'versioned');
    straggler = await begin('run:straggler');
    await waits(pinned);
    await waits(straggler);
    expect(await buildOf(group())).toBe('a');

    const next = await startBuild('b', unpatched);
    await roll('b');
    const fresh = await begin('run:fresh', 'versioned');
    await until('the group has moved', async () => (await buildOf(group())) === 'b');

    await approve(pinned);
    await expect(pinned.result()).resolves.toMatchObject({ status: 'succeeded' });
    expect(await decidedBy(pinned)).toEqual([old.pid]);
    expect((await executedBy(pinned)).map(({ pid }) => pid)).toEqual(
      (await executedBy(pinned)).map(() => old.pid),
    );

    await waits(fresh);
    await approve(fresh);
    await expect(fresh.result()).resolves.toMatchObject({ status: 'succeeded' });
    expect(await decidedBy(fresh)).toEqual([next.pid]);
    expect(await memoOf(fresh)).toEqual({ build: 'later' });
    expect((await decidedBy(group())).at(-1)).toBe(next.pid);
    await next.stop();
  });

  test('a run that is still pinned when its build must go is moved by hand', async () => {
    const pinnedRuns = await until('the list shows the straggler', async () => {
      const shown = await temporal('list the runs that are still pinned to a build', { build: 'a' });
      return shown.includes('run:straggler') && shown;
    });
    expect(pinnedRuns).not.toContain('run:fresh');
    expect(await temporal('see the builds of the deployment', {})).toMatch(/\bb\b/);
    await old.stop();

    const last = await startBuild('c', patched);
    await roll('c');
    await temporal(
      'move a run to the current build before its own must go; the change must be behind a patch',
      {
        run: 'run:straggler',
      },
    );
    await waits(straggler);
    await approve(straggler);
    await expect(straggler.result()).resolves.toMatchObject({ status: 'succeeded' });
    expect((await decidedBy(straggler)).at(-1)).toBe(last.pid);
    await last.stop();
  });

  test('every command of the section has been run', () => {
    expect(documented.size).toBe(5);
    expect([...documented.keys()].filter((to) => !used.has(to))).toEqual([]);
  });
});
