import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { taskQueue } from '../../src/domain/messages';
import { actsOnTargets, poolsToServe } from '../../workers/pools';
import { until } from '../support/until';
import { executedBy, type Stage, startStage } from './stage';

const environment = (pool?: string) => ({
  name: pool ?? 'staging',
  target: { kind: 'embedded' },
  metrics: { kind: 'router' },
  ...(pool !== undefined && { pool }),
  allow: { repositories: ['acme/shop'], refs: ['refs/heads/main'], pipelines: ['deliver'] },
});

test('without a list a worker serves the default pool and all that the file names, once each', () => {
  const environments = [{ pool: 'deploy' }, { pool: 'build' }, {}] as never;
  expect(poolsToServe(undefined, { pools: ['build', 'gpu'], environments })).toEqual([
    null,
    'build',
    'gpu',
    'deploy',
  ]);
  expect(poolsToServe(undefined, { pools: [], environments: [] })).toEqual([null]);
});

test('with a list it serves that list, whatever the file names', () => {
  expect(poolsToServe(['build', 'build'], { pools: ['gpu'], environments: [] })).toEqual(['build']);
  expect(poolsToServe(['gpu', 'default'], { pools: [], environments: [] })).toEqual(['gpu', null]);
});

test('only workers that deploy keep the embedded target alive', () => {
  const environments = [{ pool: 'deploy' }, {}];
  expect(actsOnTargets(undefined, [])).toBe(true);
  expect(actsOnTargets(['default'], environments)).toBe(true);
  expect(actsOnTargets(['deploy'], environments)).toBe(true);
  expect(actsOnTargets(['build'], environments)).toBe(false);
});

describe('worker processes', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.stopWorkers());
  afterAll(() => stage.stop());

  test('each step is executed by a worker of its pool, and workflows by the default one', async () => {
    await stage.configure({ pools: ['build'], environments: [environment('deploy')] });
    const builder = await stage.startWorker({ SAGALINE_POOLS: 'build' });
    expect(await builder.log()).toContain('"taskQueues":["sagaline-build"]');
    expect(await readdir(join(stage.folder, 'state'))).not.toContain('target');
    const handle = await stage.start('run:pools', {
      steps: [
        { id: 'plain', uses: 'shell', with: { run: 'true' } },
        { id: 'build', needs: ['plain'], uses: 'shell', runsOn: 'build', with: { run: 'true' } },
        { id: 'migrate', needs: ['build'], uses: 'shell', environment: 'deploy', with: { run: 'true' } },
      ],
    });
    const others = await stage.startWorker({ SAGALINE_POOLS: 'default,deploy' });
    await handle.result();
    const shells = (await executedBy(handle)).filter(({ activity }) => activity === 'runShell');
    expect(shells.map(({ pid }) => pid)).toEqual([others.pid, builder.pid, others.pid]);
  });

  test('a worker without a list serves a pool that is added later', async () => {
    await stage.configure({});
    const worker = await stage.startWorker();
    const handle = await stage.start('run:later', {
      steps: [{ id: 'train', uses: 'shell', runsOn: 'gpu', with: { run: 'true' } }],
    });
    await until('the step waits for its pool', async () => {
      const { pendingActivities } = (await handle.describe()).raw;
      return pendingActivities?.some(({ activityType }) => activityType?.name === 'runShell');
    });
    await stage.configure({ pools: ['gpu'] });
    await handle.result();
    expect(await worker.log()).toContain('"taskQueues":["sagaline-gpu"]');
  });

  test('shell steps beyond the bound wait, and what is short does not wait for them', async () => {
    await stage.configure({ environments: [environment()] });
    // Of three places one repository may hold two.
    await stage.startWorker({ SAGALINE_SHELL_STEPS: '3' });
    const [gate, begun, counts] = ['gate', 'begun', 'counts'].map((name) => join(stage.folder, name));
    await mkdir(String(begun));
    const script = [
      'touch "$BEGUN/$SAGALINE_STEP"',
      'ls "$BEGUN" | wc -l >> "$COUNTS"',
      'while [ ! -e "$GATE" ]; do sleep 0.05; done',
      'rm "$BEGUN/$SAGALINE_STEP"',
    ].join('\n');
    const env = { GATE: gate, BEGUN: begun, COUNTS: counts };
    const step = (id: string) => ({ id, uses: 'shell', env, with: { run: script } });
    const handle = await stage.start('run:bound', { steps: ['one', 'two', 'three'].map(step) });
    await until('the worker has all three in hand', async () => {
      const { pendingActivities } = (await handle.describe()).raw;
      return pendingActivities?.filter(({ lastStartedTime }) => lastStartedTime).length === 3;
    });
    const lane = await stage.client.workflow.start('lane', {
      workflowId: 'lane:default:shop:staging',
      taskQueue,
      args: [{ lane: { project: 'default', service: 'shop', environment: 'staging' } }],
    });
    await until('the lane has asked its target', async () => (await executedBy(lane)).length > 0);
    await until('two steps have begun', async () => (await readdir(String(begun))).length >= 2);
    expect(await readdir(String(begun))).toHaveLength(2);
    await writeFile(String(gate), '');
    await handle.result();
    const seen = (await readFile(String(counts), 'utf8')).trim().split('\n').map(Number);
    expect(seen).toHaveLength(3);
    expect(Math.max(...seen)).toBe(2);
    await lane.terminate('a test');
  });
});
