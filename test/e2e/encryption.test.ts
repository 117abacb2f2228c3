import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { run } from '../../src/process';
import { newKey } from '../codec/keys';
import { isClosed } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { delivery } from './pipelines';

const { History } = temporal.api.history.v1;

/** What a person wrote, what a step said, and how one failed; the last two stand in no pipeline file. */
const markers = { message: 'marker-of-the-message', output: 'tuptuo-fo-rekram', error: 'rorre-fo-rekram' };
const said = (text: string) => Array.from(text).reverse().join('');

const steps = [
  {
    id: 'migrate',
    uses: 'shell',
    before: { run: `echo ${said(markers.output)} | rev` },
    with: { run: 'true' },
    compensate: { uses: 'shell', with: { run: 'true' } },
  },
  {
    id: 'verify',
    needs: ['migrate'],
    uses: 'shell',
    with: { run: `echo "error: $(echo ${said(markers.error)} | rev)" >&2; exit 1` },
  },
];
const asking = [{ id: 'ask', uses: 'approval', with: { teams: ['team-shop'] } }];

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** The bytes of every history, and of the files of Temporal's database. */
async function kept({ state, temporalAddress }: World): Promise<Buffer> {
  const connection = await Connection.connect({ address: temporalAddress() });
  const { workflow, workflowService } = new Client({ connection });
  const histories: Uint8Array[] = [];
  const { executions } = await workflowService.listWorkflowExecutions({ namespace: 'default' });
  for (const { execution } of executions) {
    const history = await workflow.getHandle(execution?.workflowId ?? '').fetchHistory();
    histories.push(History.encode(history).finish());
  }
  await connection.close();
  const folder = join(state, 'temporal');
  const names = (await readdir(folder)).filter((name) => name.startsWith('temporal.db'));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return Buffer.concat([...histories, ...files]);
}

/** `sagaline replay` with nothing but these settings. */
const replay = (id: string, settings: Record<string, string>) =>
  run([process.execPath, join(__dirname, '../../dist/src/cli/main.js'), 'replay', id], {
    cwd: __dirname,
    env: { PATH: process.env['PATH'] ?? '', ...settings },
  });

const found = (bytes: Buffer) =>
  Object.entries(markers).flatMap(([name, text]) => (bytes.includes(text) ? [name] : []));

it.each([
  ['clear', {}, ['message', 'output', 'error']],
  ['encrypted', { SAGALINE_ENCRYPTION_KEYS: newKey('one') }, []],
])(
  'what Temporal keeps of a run is %s',
  async (_, settings, expected) => {
    world = await startWorld(settings);
    const commit = await world.push({
      version: markers.message,
      files: delivery(world, { change: { steps } }),
    });
    const ended = await world.untilRun(commit, isClosed);
    expect(ended).toMatchObject({ status: 'rolled-back', reason: expect.stringContaining(markers.error) });
    expect(found(await kept(world))).toEqual(expected);
    const environment = { TEMPORAL_ADDRESS: world.temporalAddress(), ...settings };
    expect(await replay(ended.id, environment)).toMatchObject({ exitCode: 0 });
    if (expected.length > 0) return;
    const refused = await replay(ended.id, { ...environment, SAGALINE_ENCRYPTION_KEYS: newKey('two') });
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no key "one"') });
  },
  120_000,
);

it('runs and inboxes go on under a new key, and say what is missing without the old one', async () => {
  const [one, two] = [newKey('one'), newKey('two')];
  const started = await startWorld({ SAGALINE_ENCRYPTION_KEYS: one });
  world = started;
  const restart = async (keys: string) => {
    await started.stopPlatform();
    await started.startPlatform({ SAGALINE_ENCRYPTION_KEYS: keys });
  };
  const push = (version: string) =>
    started.push({ version, files: delivery(started, { change: { steps: asking } }) });
  const waiting = (commit: string) =>
    started.untilRun(commit, (run) =>
      run.steps.some(({ id, status }) => id === 'ask' && status === 'waiting'),
    );
  const approve = (id: string) =>
    started.call(`/runs/${encodeURIComponent(id)}/approve`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"step":"ask"}',
    });
  const first = await waiting(await push('1'));

  await restart(two);
  const path = `/runs/${encodeURIComponent(first.id)}`;
  const refused = await started.call(path);
  expect({ status: refused.status, problem: await refused.json() }).toMatchObject({
    status: 500,
    problem: { code: 'KeyMissing', detail: expect.stringContaining('"one"') },
  });
  expect((await approve(first.id)).status).toBe(500);
  const list = await started.call('/runs');
  expect(await list.json()).toMatchObject({ runs: [{ id: first.id }] });

  await restart([two, one].join(','));
  await until('the run is approved', async () => (await approve(first.id)).status === 200);
  expect(await started.untilRun(first.commit, isClosed)).toMatchObject({ status: 'succeeded' });
  const second = await waiting(await push('2'));
  expect((await approve(second.id)).status).toBe(200);
  expect(await started.untilRun(second.commit, isClosed)).toMatchObject({ status: 'succeeded' });
}, 240_000);
