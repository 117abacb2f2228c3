import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { Operator } from './operator';

let world: World;
let operator: Operator;
beforeAll(async () => {
  world = await startWorld();
  operator = new Operator(world);
});
afterAll(() => world.stop());

const answered = z.object({ queryResult: z.object({ payloads: z.tuple([z.object({ data: z.string() })]) }) });

/** What a run shows when all that it did has been taken back. */
const undone = [
  { step: 'release', status: 'succeeded' },
  { step: 'migrate', status: 'succeeded' },
];

test('lists and describes runs by what they carry', async () => {
  const first = await operator.succeeded('1');
  const second = await operator.succeeded('2');
  const open = await operator.held('3');

  expect(await operator.untilSaid('list open runs', {}, open.id)).not.toContain(first.id);
  const ofCommit = await operator.untilSaid(
    'find the runs of a commit',
    { 'full id': second.commit },
    second.id,
  );
  expect(ofCommit).not.toContain(first.id);
  await operator.untilSaid(
    'list the runs of a pipeline that release a service to an environment',
    {},
    second.id,
  );
  const described = await operator.temporal(
    'describe a run: its attributes, its pending activities, its build',
    {
      run: open.id,
    },
  );
  expect(described).toContain(open.commit);
  expect(described).toMatch(/canary:/);
  const state = await operator.temporal('see what a run does: every step and compensation', { run: open.id });
  expect(state).toMatch(/"status": ?"waiting"/);
  expect(await operator.temporal('see its history', { run: first.id })).toContain(
    'WorkflowExecutionCompleted',
  );
  const lane = await operator.temporal('see what is live, what was live before, and who waits');
  expect(lane).toContain(second.commit);
  expect(lane).toContain(open.id);

  await operator.temporal('cancel a run', { run: open.id });
  const cancelled = await operator.closed(open.id);
  expect(cancelled).toMatchObject({ status: 'cancelled', compensations: undone });
  expect(await operator.liveCommit()).toBe(second.commit);

  const [earlier] = (await world.lane()).earlier;
  expect(earlier?.commit).toBe(first.commit);
  await operator.temporal('go back to an earlier release', { 'r-...': earlier?.id ?? '' });
  expect(await operator.liveCommit()).toBe(first.commit);
});

test('answers a run whose undo keeps failing, and finds it as rolled back', async () => {
  const undoNeeds = join(world.folder, 'mended');
  const stuck = await world.untilRun(
    await operator.push('4', { undoNeeds, verify: 'exit 1' }),
    ({ status }) => status === 'needs-human',
  );
  expect(stuck.reason).toContain('the undo of migrate keeps failing');
  await operator.untilSaid('count what waits for a person', {}, '1');
  await writeFile(undoNeeds, '');
  await operator.temporal('answer a run whose undo keeps failing', {
    run: stuck.id,
    step: 'migrate',
    'retry, done or skip': 'retry',
  });
  const end = await operator.closed(stuck.id);
  expect(end).toMatchObject({ status: 'rolled-back', compensations: [{ status: 'succeeded' }] });
  await operator.untilSaid('list the runs of a repository that were rolled back', {}, stuck.id);
});

test('decides on a canary: by its run, or by a signal to the canary alone', async () => {
  const promoted = await operator.held('5');
  await operator.temporal('promote a canary now', { run: promoted.id });
  expect(await operator.closed(promoted.id)).toMatchObject({ status: 'succeeded' });
  expect(await operator.liveCommit()).toBe(promoted.commit);

  const aborted = await operator.held('6');
  await operator.temporal('abort a canary now', { run: aborted.id });
  expect(await operator.closed(aborted.id)).toMatchObject({ status: 'rolled-back' });

  const signalled = await operator.held('7');
  const [canary] = await operator.canariesOf(signalled.id, ['running']);
  await operator.temporal('abort a canary without asking its run', { canary: canary ?? '' });
  expect(await operator.closed(signalled.id)).toMatchObject({ status: 'rolled-back', compensations: undone });
  expect(await operator.liveCommit()).toBe(promoted.commit);
});

test('approves and refuses a step that waits for it', async () => {
  const ask = { id: 'ask', uses: 'approval', with: { teams: ['team-shop'] } };
  const after = { id: 'after', needs: ['ask'], uses: 'shell', with: { run: 'true' } };
  const asking = async (version: string) =>
    world.untilRun(await operator.push(version, { change: { steps: [ask, after] } }), ({ steps }) =>
      steps.some(({ id, status }) => id === 'ask' && status === 'waiting'),
    );
  const answer = { step: 'ask', team: 'team-shop' };

  const approved = await asking('approved');
  await operator.temporal('approve a step that waits for it', { run: approved.id, ...answer });
  const end = await operator.closed(approved.id);
  expect(end).toMatchObject({ status: 'succeeded', steps: [{ detail: 'approved by ada' }, {}] });

  const refused = await asking('refused');
  await operator.temporal('refuse a step that waits for approval', { run: refused.id, ...answer });
  expect(await operator.closed(refused.id)).toMatchObject({
    status: 'failed',
    reason: 'refused by ada: a test',
  });

  const other = await asking('other');
  const stranger = operator.temporal('approve a step that waits for it', {
    run: other.id,
    ...answer,
    team: 'team-other',
  });
  await expect(stranger).rejects.toThrow('members of team-shop');
  await operator.temporal('cancel a run', { run: other.id });
  expect((await operator.closed(other.id)).status).toBe('cancelled');
});

test('retries a closed run from the first step that did not succeed', async () => {
  const mended = join(world.folder, 'verified');
  const failed = await operator.ended('retried', { verify: `test -e '${mended}'` });
  expect(failed.status).toBe('rolled-back');
  await writeFile(mended, '');
  const ask = "ask a closed run for the input of its retry: the answer's one `data`, decoded from base64";
  const { queryResult } = answered.parse(JSON.parse(await operator.temporal(ask, { run: failed.id })));
  const file = join(world.folder, 'retry.json');
  await writeFile(file, Buffer.from(queryResult.payloads[0].data, 'base64'));
  await operator.temporal(
    'retry a closed run with that input, from the first step that did not succeed; <n> counts from 2',
    {
      run: failed.id,
      n: '2',
      file,
      'full id': failed.commit,
    },
  );
  const retried = await operator.closed(`${failed.id}:2`);
  expect(retried).toMatchObject({ status: 'succeeded' });
  expect(await operator.liveCommit()).toBe(failed.commit);
  expect([
    await operator.executions(retried.id, 'build'),
    await operator.executions(retried.id, 'migrate'),
  ]).toEqual([0, 1]);
});

test('a run that is terminated in mid-canary undoes nothing; its lane restores the last good release and goes on', async () => {
  const before = await operator.liveCommit();
  const { id } = await operator.held('8');
  expect((await world.lane()).traffic).toMatchObject({ weight: 20 });
  await operator.temporal('give up a run that answers nothing', { run: id });
  const lane = await world.untilLane(({ holder, traffic }) => holder === null && traffic?.candidate === null);
  expect(lane.live?.commit).toBe(before);
  expect(await world.traffic()).toMatchObject({ stable: { release: { commit: before } } });
  const run = await world.run(id);
  expect(run.status).toBe('failed');
  expect(run.steps).toContainEqual(expect.objectContaining({ id: 'migrate', status: 'succeeded' }));
  expect(run.compensations.filter(({ status }) => status !== 'pending')).toEqual([]);
  await operator.canariesOf(id, ['terminated']);
  await operator.succeeded('9');
});

/** Waits until the run is held in another canary than the first, which has lost its lane, and lets it succeed. */
async function heldAnew(id: string) {
  const [old, fresh] = await operator.canariesOf(id, ['failed', 'running']);
  expect(fresh).not.toBe(old);
  await operator.untilHeld(id);
  await operator.temporal('promote a canary now', { run: id });
  expect(await operator.closed(id)).toMatchObject({ status: 'succeeded' });
}

test('a run that is repeated from its beginning does everything again, with a canary at a new generation', async () => {
  const { id, commit } = await operator.held('10');
  const { generation } = await world.lane();
  await operator.temporal('repeat a run from its beginning', { run: id });
  await heldAnew(id);
  expect((await world.lane()).generation).toBeGreaterThan(generation);
  expect(await operator.liveCommit()).toBe(commit);
  expect([await operator.executions(id, 'build'), await operator.executions(id, 'migrate')]).toEqual([2, 2]);
});

const history = z.object({ events: z.array(z.object({ eventId: z.string(), eventType: z.string() })) });

test('a run that is repeated from a point before its turn keeps what it had recorded', async () => {
  const { id, commit } = await operator.held('11');
  const { events } = history.parse(
    JSON.parse(await operator.temporal('see its history', { run: id }, '--output', 'json')),
  );
  const types = events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
  const built = types.indexOf('ACTIVITY_TASK_COMPLETED');
  const event = events[types.indexOf('WORKFLOW_TASK_COMPLETED', built)]?.eventId ?? '';
  await operator.temporal('repeat a run from a point of its history, a WorkflowTaskCompleted', {
    run: id,
    event,
  });
  await heldAnew(id);
  expect(await operator.liveCommit()).toBe(commit);
  expect([await operator.executions(id, 'build'), await operator.executions(id, 'migrate')]).toEqual([1, 2]);
});

test('a run that is repeated from its last decision in mid-canary has lost its turn and is undone', async () => {
  const before = await operator.liveCommit();
  const { id } = await operator.held('12');
  await operator.temporal('repeat a run from its last decision', { run: id });
  expect(await operator.closed(id)).toMatchObject({ status: 'rolled-back', compensations: undone });
  const lane = await world.untilLane(({ holder, traffic }) => holder === null && traffic?.candidate === null);
  expect(lane.live?.commit).toBe(before);
  await operator.succeeded('13');
});

test('a run that is repeated from its last decision repeats what it had not recorded, and deploys', async () => {
  await world.gate.close();
  const commit = await operator.push('14');
  await world.gate.waits(commit, 1);
  const [id = ''] = await until('the run is listed', async () => {
    const ids = await world.runsOf(commit);
    return ids.length > 0 && ids;
  });
  expect(await operator.temporal('repeat a run from its last decision', { run: id })).toContain('Resetting');
  await world.gate.open();
  expect(await operator.closed(id)).toMatchObject({ status: 'succeeded' });
  expect(await operator.liveCommit()).toBe(commit);
});

test('every command of the section has been run', () => {
  expect(operator.unused()).toEqual([]);
});
