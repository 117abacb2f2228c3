import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/process';
import { temporalCliPath } from '../setup/temporal';
import { until } from './platform';
import { isClosed, type SmallService, startSmallService } from './small-service';

/** The table of docs/operating.md: what an operator wants, and the command that does it. */
const documented = new Map(
  readFileSync(join(__dirname, '../../docs/operating.md'), 'utf8')
    .split('\n')
    .map((line) => /^\| ([^|]+) \| `(temporal .+)` \|$/.exec(line))
    .flatMap((row) => (row?.[1] && row[2] ? [[row[1], row[2]] as const] : [])),
);
const used = new Set<string>();

let service: SmallService;
beforeAll(async () => {
  service = await startSmallService();
});
afterAll(() => service.stop());

/** Runs the documented command for `to` in a shell, its placeholders filled in; throws when it fails. */
async function temporal(to: string, values: Record<string, string> = {}): Promise<string> {
  const command = documented.get(to);
  if (command === undefined) throw new Error(`docs/operating.md has no command to ${to}`);
  used.add(to);
  const all: Record<string, string> = { why: 'a test', who: 'ada', ...values };
  const filled = command.replace(/^temporal/, '"$TEMPORAL"').replace(/<([^>]+)>/g, (placeholder, name: string) => {
    const value = all[name];
    if (value === undefined) throw new Error(`${command}: nothing is known for ${placeholder}`);
    return value;
  });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: service.folder,
    TEMPORAL: temporalCliPath(),
    TEMPORAL_ADDRESS: service.temporal,
  };
  const result = await run(['/bin/sh', '-c', filled], { cwd: service.folder, env });
  if (result.exitCode !== 0) throw new Error(`${filled}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

const succeeded = async (version: string) => {
  const { runId, commit } = await service.push({ version });
  const view = await service.runUntil(runId, isClosed);
  expect(view).toMatchObject({ status: 'succeeded', reason: null });
  return { runId, commit };
};

const held = async (version: string) => {
  const { runId } = await service.push({ version, held: true });
  await service.runUntil(runId, ({ status }) => status === 'waiting');
  return runId;
};

const liveCommit = async () => (await service.lane()).live?.commit;

test('finds runs by what they carry, and shows what they did and what is live', async () => {
  const first = await succeeded('1');
  const second = await succeeded('2');
  const open = await held('3');

  const listed = (to: string, values: Record<string, string>, id: string) =>
    until(
      () => temporal(to, values),
      (text) => text.includes(id),
    );
  const running = await listed('list open runs', {}, open);
  expect(running).not.toContain(first.runId);
  const ofCommit = await listed('find the runs of a commit', { 'full id': second.commit }, second.runId);
  expect(ofCommit).not.toContain(first.runId);
  expect(await temporal('see what a run does', { run: open })).toMatch(/"status": *"waiting"/);
  expect(await temporal('see its history', { run: first.runId })).toContain('WorkflowExecutionCompleted');
  const lane = await temporal('see what is live, and who waits');
  expect(lane).toContain(second.commit);
  expect(lane).toContain(open);

  await temporal('cancel a run (it undoes what it did)', { run: open });
  const cancelled = await service.runUntil(open, isClosed);
  expect(cancelled.status).toBe('cancelled');
  expect(cancelled.compensations.map(({ step, status }) => [step, status])).toEqual([
    ['release', 'succeeded'],
    ['migrate', 'succeeded'],
  ]);
  expect(await liveCommit()).toBe(second.commit);

  const [earlier] = (await service.lane()).earlier;
  expect(earlier?.commit).toBe(first.commit);
  await temporal('go back to an earlier release', { 'r-...': earlier?.id ?? '' });
  expect(await liveCommit()).toBe(first.commit);
});

test('answers a run whose undo keeps failing, and finds it as rolled back', async () => {
  const { runId } = await service.push({ version: '4', undoNeeds: 'mended', verify: 'exit 1' });
  const stuck = await service.runUntil(runId, ({ status }) => status === 'needs-human');
  expect(stuck.reason).toContain('the undo of migrate keeps failing');
  await until(
    () => temporal('count what waits for a person'),
    (text) => /\b1\b/.test(text),
  );
  await writeFile(join(service.folder, 'mended'), '');
  await temporal('answer a run whose undo keeps failing', { run: runId, step: 'migrate' });
  const closed = await service.runUntil(runId, isClosed);
  expect(closed).toMatchObject({ status: 'rolled-back', compensations: [{ status: 'succeeded' }] });
  await until(
    () => temporal('list the runs of a repository that were rolled back'),
    (text) => text.includes(runId),
  );
});

test('a terminated run loses its lane, which restores its last good release and goes on', async () => {
  const before = await liveCommit();
  const runId = await held('5');
  await until(
    () => service.lane(),
    ({ traffic }) => traffic?.candidate?.release.runId === runId,
  );
  await temporal('give up a run that answers nothing', { run: runId });
  const lane = await until(
    () => service.lane(),
    ({ holder }) => holder === null,
  );
  expect(lane.live?.commit).toBe(before);
  expect(lane.traffic).toMatchObject({ candidate: null, stable: { release: { commit: before } } });
  expect(await service.run(runId)).toMatchObject({ status: 'failed' });
  await succeeded('6');
});

test('a run that was reset repeats what it had not recorded, and deploys', async () => {
  const { runId, commit } = await service.push({ version: '7', buildNeeds: 'go-on' });
  await service.runUntil(runId, ({ steps }) => steps[0]?.status === 'running');
  const said = await temporal('repeat a run from its last decision', { run: runId });
  expect(said).toMatch(/reset/i);
  await writeFile(join(service.folder, 'go-on'), '');
  expect(await service.runUntil(runId, isClosed)).toMatchObject({ status: 'succeeded' });
  expect(await liveCommit()).toBe(commit);
});

test('every command of the table has been run', () => {
  expect(documented.size).toBeGreaterThanOrEqual(12);
  expect([...documented.keys()].filter((to) => !used.has(to))).toEqual([]);
});
