import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isClosed, type RunSeen } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';

const pipelines = join(__dirname, '../histories/pipelines');
const files = ['kinds.yaml', 'small.yaml'];

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await appendFile(join(world.folder, 'sagaline.yaml'), 'sinks: [{ name: log, kind: log }]\n');
  const texts = await Promise.all(files.map((name) => readFile(join(pipelines, name), 'utf8')));
  await world.push({
    version: '1',
    files: Object.fromEntries(files.map((name, at) => [`.sagaline/${name}`, texts[at] ?? ''])),
  });
});
afterAll(() => world.stop());

/** Starts the pipeline by hand and returns its run once that is closed. */
async function ended(inputs: object): Promise<RunSeen> {
  const wanted = { pipeline: 'kinds', repository: 'acme/shop', ref: 'refs/heads/main', inputs };
  const answer = await world.call('/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  expect(answer.status).toBe(202);
  const { runId } = (await answer.json()) as { runId: string };
  return until('the run ends', async () => {
    if (!(await world.call(`/runs/${encodeURIComponent(runId)}`)).ok) return false;
    const run = await world.run(runId);
    return isClosed(run) && run;
  });
}

const statuses = ({ steps }: RunSeen) => Object.fromEntries(steps.map(({ id, status }) => [id, status]));

test('matrices, children, waits, approvals and messages are executed by a real platform', async () => {
  const run = await ended({});
  expect(run).toMatchObject({ status: 'succeeded', compensations: [{ step: 'migrate', status: 'pending' }] });
  expect(statuses(run)).toMatchObject({
    ...{ 'build.20': 'succeeded', 'build.22': 'succeeded', 'child.echo': 'succeeded' },
    ...{ never: 'skipped', shaky: 'failed', heard: 'succeeded', agree: 'succeeded' },
    ...{ said: 'succeeded', tell: 'succeeded', last: 'succeeded' },
  });
  const log = await world.call(`/runs/${encodeURIComponent(run.id)}/steps/child.echo/logs`);
  expect(await log.text()).toContain('hello');
});

test('what they did is undone when the last step fails', async () => {
  const run = await ended({ fail: true });
  expect(run).toMatchObject({
    status: 'rolled-back',
    compensations: [{ step: 'migrate', status: 'succeeded' }],
  });
  const log = await world.call(`/runs/${encodeURIComponent(run.id)}/steps/migrate/logs`);
  expect(await log.text()).toMatch(/7\n[^]*8\n[^]*7\n/);
});
