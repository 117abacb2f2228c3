import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isClosed, type RunSeen } from '../support/api';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { argumentsOf, commandsOf } from './documented';
import { delivery, type Shape } from './pipelines';

const documented = commandsOf('With the `temporal` CLI');
const used = new Set<string>();

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Runs the documented command with its placeholders filled in; throws when it fails. */
function temporal(to: string, values: Record<string, string> = {}, ...more: string[]): Promise<string> {
  const command = documented.get(to);
  if (command === undefined) throw new Error(`docs/operating.md has no command to ${to}`);
  used.add(to);
  return world.temporalCli(...argumentsOf(command, { why: 'a test', who: 'ada', ...values }), ...more);
}

/** Lists follow Temporal's visibility, which comes a little later. */
const untilSaid = (to: string, values: Record<string, string>, text: string) =>
  until(`"${to}" says ${text}`, async () => {
    const said = await temporal(to, values);
    return said.includes(text) && said;
  });

const push = (version: string, shape: Shape = {}) => world.push({ version, files: delivery(world, shape) });

async function succeeded(version: string): Promise<RunSeen> {
  const run = await world.untilRun(await push(version), isClosed);
  expect(run).toMatchObject({ status: 'succeeded' });
  return run;
}

const isHeld = ({ steps }: RunSeen) => steps.some(({ id, status }) => id === 'release' && status === 'waiting');

/** A run whose canary waits for requests that nobody sends. */
const held = async (version: string): Promise<RunSeen> =>
  world.untilRun(await push(version, { canary: 'held' }), isHeld);

const untilSeen = (id: string, what: string, predicate: (run: RunSeen) => boolean) =>
  until(`${id} ${what}`, async () => {
    const run = await world.run(id);
    return predicate(run) && run;
  });

const closed = (id: string) => untilSeen(id, 'ends', isClosed);

const liveCommit = async () => (await world.lane()).live?.commit;

const stepOf = (run: RunSeen, id: string) => run.steps.find((step) => step.id === id)?.status;

const listed = z.array(z.object({ execution: z.object({ workflowId: z.string() }), status: z.string() }));

/** Canaries of a run, oldest first, with how each ended. */
async function canariesOf(run: string, count: number) {
  const find = async () => {
    const values = { 'escaped run': encodeURIComponent(run) };
    const said = await temporal('find the canary of a run', values, '--output', 'json');
    return listed.parse(JSON.parse(said)).map(({ execution, status }) => ({
      id: execution.workflowId,
      status: status.replace('WORKFLOW_EXECUTION_STATUS_', '').toLowerCase(),
    }));
  };
  return until(`${String(count)} canaries of ${run}`, async () => {
    const found = await find();
    return found.length >= count && found.reverse();
  });
}

test('lists and describes runs by what they carry', async () => {
  const first = await succeeded('1');
  const second = await succeeded('2');
  const open = await held('3');

  expect(await untilSaid('list open runs', {}, open.id)).not.toContain(first.id);
  const ofCommit = await untilSaid('find the runs of a commit', { 'full id': second.commit }, second.id);
  expect(ofCommit).not.toContain(first.id);
  await untilSaid(
    'list the runs of a pipeline that release a service to an environment',
    {},
    second.id,
  );
  const described = await temporal('describe a run: its attributes, its pending activities, its build', { run: open.id });
  expect(described).toContain(open.commit);
  expect(described).toMatch(/canary:/);
  const state = await temporal('see what a run does: every step and compensation', { run: open.id });
  expect(state).toMatch(/"status": ?"waiting"/);
  expect(await temporal('see its history', { run: first.id })).toContain('WorkflowExecutionCompleted');
  const lane = await temporal('see what is live, what was live before, and who waits');
  expect(lane).toContain(second.commit);
  expect(lane).toContain(open.id);

  await temporal('cancel a run', { run: open.id });
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
  const stuck = await world.untilRun(
    await push('4', { undoNeeds, verify: 'exit 1' }),
    ({ status }) => status === 'needs-human',
  );
  expect(stuck.reason).toContain('the undo of migrate keeps failing');
  await untilSaid('count what waits for a person', {}, '1');
  await writeFile(undoNeeds, '');
  await temporal('answer a run whose undo keeps failing', {
    run: stuck.id,
    step: 'migrate',
    'retry, done or skip': 'retry',
  });
  const end = await closed(stuck.id);
  expect(end).toMatchObject({ status: 'rolled-back', compensations: [{ status: 'succeeded' }] });
  await untilSaid('list the runs of a repository that were rolled back', {}, stuck.id);
});

test('decides on a canary: by its run, or by a signal to the canary alone', async () => {
  const promoted = await held('5');
  await temporal('promote a canary now', { run: promoted.id });
  expect(await closed(promoted.id)).toMatchObject({ status: 'succeeded' });
  expect(await liveCommit()).toBe(promoted.commit);

  const aborted = await held('6');
  await temporal('abort a canary now', { run: aborted.id });
  expect(await closed(aborted.id)).toMatchObject({ status: 'rolled-back' });

  const signalled = await held('7');
  const [canary] = await canariesOf(signalled.id, 1);
  await temporal('abort a canary without asking its run', { canary: canary?.id ?? '' });
  expect(await closed(signalled.id)).toMatchObject({
    status: 'rolled-back',
    compensations: [
      { step: 'release', status: 'succeeded' },
      { step: 'migrate', status: 'succeeded' },
    ],
  });
  expect(await liveCommit()).toBe(promoted.commit);
});

test('approves and refuses a step that waits for it', async () => {
  const ask = { id: 'ask', uses: 'approval', with: { teams: ['team-shop'] } };
  const after = { id: 'after', needs: ['ask'], uses: 'shell', with: { run: 'true' } };
  const asking = async (version: string) =>
    world.untilRun(await push(version, { change: { steps: [ask, after] } }), ({ steps }) =>
      steps.some(({ id, status }) => id === 'ask' && status === 'waiting'),
    );
  const answer = { step: 'ask', team: 'team-shop' };

  const approved = await asking('approved');
  await temporal('approve a step that waits for it', { run: approved.id, ...answer });
  const end = await closed(approved.id);
  expect(end).toMatchObject({ status: 'succeeded', steps: [{ detail: 'approved by ada' }, {}] });

  const refused = await asking('refused');
  await temporal('refuse a step that waits for approval', { run: refused.id, ...answer });
  expect(await closed(refused.id)).toMatchObject({ status: 'failed', reason: 'refused by ada: a test' });

  const other = await asking('other');
  const stranger = temporal('approve a step that waits for it', { run: other.id, ...answer, team: 'team-other' });
  await expect(stranger).rejects.toThrow('members of team-shop');
  await temporal('cancel a run', { run: other.id });
  expect((await closed(other.id)).status).toBe('cancelled');
});

test('a run that is terminated in mid-canary undoes nothing; its lane restores the last good release and goes on', async () => {
  const before = await liveCommit();
  const { id } = await held('8');
  expect((await world.lane()).traffic).toMatchObject({ weight: 20 });
  await temporal('give up a run that answers nothing', { run: id });
  const lane = await world.untilLane(({ holder, traffic }) => holder === null && traffic?.candidate === null);
  expect(lane.live?.commit).toBe(before);
  expect(await world.traffic()).toMatchObject({ stable: { release: { commit: before } } });
  const run = await world.run(id);
  expect(run.status).toBe('failed');
  expect(stepOf(run, 'migrate')).toBe('succeeded');
  expect(run.compensations.filter(({ status }) => status !== 'pending')).toEqual([]);
  expect(await canariesOf(id, 1)).toMatchObject([{ status: 'terminated' }]);
  await succeeded('9');
});

/** How often a step has been executed, as its log tells. */
async function executions(run: string, step: string): Promise<number> {
  const answer = await world.call(`/runs/${encodeURIComponent(run)}/steps/${step}/logs`);
  return (await answer.text()).match(/^--- step, attempt/gm)?.length ?? 0;
}

/** Waits until the run is held in a canary of its own after `old`, and then lets it succeed. */
async function heldAnew(id: string, old: string) {
  const [, fresh] = await canariesOf(id, 2);
  expect(fresh?.id).not.toBe(old);
  await untilSeen(id, 'waits again', isHeld);
  await temporal('promote a canary now', { run: id });
  expect(await closed(id)).toMatchObject({ status: 'succeeded' });
  // The first one has lost its lane, whose generation is newer.
  expect(await canariesOf(id, 2)).toMatchObject([{ status: 'failed' }, { status: 'completed' }]);
}

test('a run that is repeated from its beginning does everything again, with a canary at a new generation', async () => {
  const { id, commit } = await held('10');
  const { generation } = await world.lane();
  const [old] = await canariesOf(id, 1);
  await temporal('repeat a run from its beginning', { run: id });
  await heldAnew(id, old?.id ?? '');
  expect((await world.lane()).generation).toBeGreaterThan(generation);
  expect(await liveCommit()).toBe(commit);
  expect([await executions(id, 'build'), await executions(id, 'migrate')]).toEqual([2, 2]);
});

const history = z.object({ events: z.array(z.object({ eventId: z.string(), eventType: z.string() })) });

test('a run that is repeated from a point before its turn keeps what it had recorded', async () => {
  const { id, commit } = await held('11');
  const [old] = await canariesOf(id, 1);
  const { events } = history.parse(JSON.parse(await temporal('see its history', { run: id }, '--output', 'json')));
  const types = events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
  const built = types.indexOf('ACTIVITY_TASK_COMPLETED');
  const event = events[types.indexOf('WORKFLOW_TASK_COMPLETED', built)]?.eventId ?? '';
  await temporal('repeat a run from a point of its history, a WorkflowTaskCompleted', { run: id, event });
  await heldAnew(id, old?.id ?? '');
  expect(await liveCommit()).toBe(commit);
  expect([await executions(id, 'build'), await executions(id, 'migrate')]).toEqual([1, 2]);
});

test('a run that is repeated from its last decision in mid-canary has lost its turn and is undone', async () => {
  const before = await liveCommit();
  const { id } = await held('12');
  await temporal('repeat a run from its last decision', { run: id });
  expect(await closed(id)).toMatchObject({
    status: 'rolled-back',
    compensations: [
      { step: 'release', status: 'succeeded' },
      { step: 'migrate', status: 'succeeded' },
    ],
  });
  const lane = await world.untilLane(({ holder, traffic }) => holder === null && traffic?.candidate === null);
  expect(lane.live?.commit).toBe(before);
  await succeeded('13');
});

test('a run that is repeated from its last decision repeats what it had not recorded, and deploys', async () => {
  await world.gate.close();
  const commit = await push('14');
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

test('every command of the section has been run', () => {
  expect([...documented.keys()].filter((to) => !used.has(to))).toEqual([]);
});
