import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isClosed, type RunSeen } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { delivery, type Shape } from './pipelines';

/** The table of docs/operating.md: what an operator wants, and the command that does it. */
const documented = new Map(
  readFileSync(join(__dirname, '../../docs/operating.md'), 'utf8')
    .split('\n')
    .map((line) => /^\| ([^|]+) \| `temporal (.+)` \|$/.exec(line))
    .flatMap((row) => (row?.[1] && row[2] ? [[row[1], row[2]] as const] : [])),
);
const used = new Set<string>();

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Runs the documented command with its placeholders filled in, as a shell would split it; throws when it fails. */
function temporal(to: string, values: Record<string, string> = {}): Promise<string> {
  const command = documented.get(to);
  if (command === undefined) throw new Error(`docs/operating.md has no command to ${to}`);
  used.add(to);
  const known: Record<string, string> = { why: 'a test', who: 'ada', ...values };
  const filled = command.replace(/<([^>]+)>/g, (placeholder, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`${command}: nothing is known for ${placeholder}`);
    return value;
  });
  const argv = [...filled.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return world.temporalCli(...argv);
}

/** Lists follow Temporal's visibility, which comes a little later. */
const untilSaid = (to: string, values: Record<string, string>, text: RegExp) =>
  until(`"${to}" says ${String(text)}`, async () => {
    const said = await temporal(to, values);
    return text.test(said) && said;
  });

const literally = (text: string) => new RegExp(text.replace(/[%.]/g, '\\$&'));

const push = (version: string, shape: Shape = {}) => world.push({ version, files: delivery(world, shape) });

async function succeeded(version: string): Promise<RunSeen> {
  const run = await world.untilRun(await push(version), isClosed);
  expect(run).toMatchObject({ status: 'succeeded' });
  return run;
}

/** A run whose canary waits for requests that nobody sends. */
const held = async (version: string): Promise<RunSeen> =>
  world.untilRun(await push(version, { canary: 'held' }), ({ steps }) =>
    steps.some(({ id, status }) => id === 'release' && status === 'waiting'),
  );

const closed = (id: string) =>
  until(`the end of ${id}`, async () => {
    const run = await world.run(id);
    return isClosed(run) && run;
  });

const liveCommit = async () => (await world.lane()).live?.commit;

test('finds runs by what they carry, shows what they did and what is live, cancels and goes back', async () => {
  const first = await succeeded('1');
  const second = await succeeded('2');
  const open = await held('3');

  expect(await untilSaid('list open runs', {}, literally(open.id))).not.toContain(first.id);
  const ofCommit = { 'full id': second.commit };
  expect(await untilSaid('find the runs of a commit', ofCommit, literally(second.id))).not.toContain(
    first.id,
  );
  expect(await temporal('see what a run does', { run: open.id })).toMatch(/"status": ?"waiting"/);
  expect(await temporal('see its history', { run: first.id })).toContain('WorkflowExecutionCompleted');
  const lane = await temporal('see what is live, and who waits');
  expect(lane).toContain(second.commit);
  expect(lane).toContain(open.id);

  await temporal('cancel a run (it undoes what it did)', { run: open.id });
  const cancelled = await closed(open.id);
  expect(cancelled.status).toBe('cancelled');
  expect(cancelled.compensations).toEqual([
    { step: 'release', status: 'succeeded' },
    { step: 'migrate', status: 'succeeded' },
  ]);
  expect(await liveCommit()).toBe(second.commit);

  const [earlier] = (await world.lane()).earlier;
  expect(earlier?.commit).toBe(first.commit);
  await temporal('go back to an earlier release', { 'r-...': earlier?.id ?? '' });
  expect(await liveCommit()).toBe(first.commit);
});

test('answers a run whose undo keeps failing, and finds it as rolled back', async () => {
  const undoNeeds = join(world.folder, 'mended');
  const commit = await push('4', { undoNeeds, verify: 'exit 1' });
  const stuck = await world.untilRun(commit, ({ status }) => status === 'needs-human');
  expect(stuck.reason).toContain('the undo of migrate keeps failing');
  await untilSaid('count what waits for a person', {}, /\b1\b/);
  await writeFile(undoNeeds, '');
  await temporal('answer a run whose undo keeps failing', { run: stuck.id, step: 'migrate' });
  const end = await closed(stuck.id);
  expect(end).toMatchObject({ status: 'rolled-back', compensations: [{ status: 'succeeded' }] });
  await untilSaid('list the runs of a repository that were rolled back', {}, literally(stuck.id));
});

test('a terminated run loses its lane, which restores its last good release and goes on', async () => {
  const before = await liveCommit();
  const { id } = await held('5');
  expect((await world.lane()).traffic).toMatchObject({ weight: 20 });
  await temporal('give up a run that answers nothing', { run: id });
  const lane = await world.untilLane(({ holder, traffic }) => holder === null && traffic?.candidate === null);
  expect(lane.live?.commit).toBe(before);
  expect(await world.traffic()).toMatchObject({ stable: { release: { commit: before } } });
  expect(await world.run(id)).toMatchObject({ status: 'failed' });
  await succeeded('6');
});

test('a run that was reset repeats what it had not recorded, and deploys', async () => {
  await world.gate.close();
  const commit = await push('7');
  await world.gate.waits(commit, 1);
  const [id = ''] = await until('the run is listed', async () => {
    const ids = await world.runsOf(commit);
    return ids.length > 0 && ids;
  });
  expect(await temporal('repeat a run from its last decision', { run: id })).toContain('Resetting');
  await world.gate.open();
  expect(await closed(id)).toMatchObject({ status: 'succeeded' });
  expect(await liveCommit()).toBe(commit);
});

test('every command of the table has been run', () => {
  expect(documented.size).toBeGreaterThanOrEqual(12);
  expect([...documented.keys()].filter((to) => !used.has(to))).toEqual([]);
});
