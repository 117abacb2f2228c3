import { randomUUID } from 'node:crypto';
import type { RunInput, RunView } from '../../src/domain/run';
import { pipelineSchema } from '../../src/domain/pipeline';
import { type Group, groupOf, withGroup } from './group-world';
import { type Harness, startDevHarness } from './harness';
import { deliver, earlierRelease, runInput } from './world';

let harness: Harness;
beforeAll(async () => {
  harness = await startDevHarness();
});
afterAll(() => harness.stop());

type OnNewer = 'queue' | 'cancel' | 'coalesce';

/** A run that waits for an approval, releases by a canary that needs a person, and takes its turn in `group`. */
function inputOf(group: string, onNewer: OnNewer, ref: string): RunInput {
  const release = deliver({ interval: '1h' }).steps.find(({ uses }) => uses === 'canary');
  const pipeline = pipelineSchema.parse({
    apiVersion: 'sagaline/v1',
    name: 'deliver',
    on: [{ event: 'push' }],
    concurrency: { group, onNewer },
    steps: [
      { id: 'build', uses: 'shell', with: { run: 'make' }, artifacts: ['dist/**'] },
      { id: 'ask', needs: ['build'], uses: 'approval', with: { teams: ['team-a'] } },
      { ...release, needs: ['ask'] },
    ],
  });
  const input = runInput(pipeline);
  const event = { ...input.event, subject: `acme/shop:${ref}` };
  return { ...input, project: groupOf.project, event, version: 2 };
}

async function startRun(group: Group, input: RunInput) {
  const handle = await group.start(`run:${randomUUID()}`, 'run', [input]);
  const view = () => handle.query<RunView>('state');
  return {
    view,
    result: () => handle.result() as Promise<RunView>,
    approve: () =>
      handle.executeUpdate('approve', {
        args: [{ reason: '', actor: 'ann', teams: ['team-a'], aliases: [] }],
      }),
    promote: () =>
      handle.executeUpdate('decide', { args: [{ command: 'promote', reason: 'r', actor: 'ann' }] }),
    async until(step: string, status: string) {
      while ((await view()).steps.find(({ id }) => id === step)?.status !== status);
    },
    /** A step runs before its canary has started, and only a canary can be promoted. */
    async untilShifted() {
      while (!(await view()).steps.some(({ detail }) => detail?.startsWith('shift')));
    },
  };
}

test('cancel: a run that has changed no environment makes room for a newer one of another ref', async () => {
  const name = randomUUID();
  const use = async (group: Group) => {
    const first = await startRun(group, inputOf(name, 'cancel', 'refs/heads/main'));
    await first.until('ask', 'waiting');
    const second = await startRun(group, inputOf(name, 'cancel', 'refs/heads/hotfix'));
    expect(await first.result()).toMatchObject({
      status: 'superseded',
      reason: 'a newer run of the same group has asked for its turn',
    });
    await second.until('ask', 'waiting');
    expect((await group.view()).waiting).toEqual([]);
  };
  await withGroup(harness, use, { stable: earlierRelease }, name);
});

test('cancel: a run that has begun to release goes on to its end, and the newer one waits for it', async () => {
  const name = randomUUID();
  const use = async (group: Group) => {
    const first = await startRun(group, inputOf(name, 'cancel', 'refs/heads/main'));
    await first.until('ask', 'waiting');
    await first.approve();
    await first.untilShifted();
    const second = await startRun(group, inputOf(name, 'cancel', 'refs/heads/hotfix'));
    await group.until(({ waiting }) => waiting.length === 1);
    expect((await second.view()).status).toBe('queued');
    await first.promote();
    expect((await first.result()).status).toBe('succeeded');
    await second.until('ask', 'waiting');
  };
  await withGroup(harness, use, { stable: earlierRelease }, name);
});

test('coalesce: the active run finishes, and only the newest waiting one goes on', async () => {
  const name = randomUUID();
  const use = async (group: Group) => {
    const first = await startRun(group, inputOf(name, 'coalesce', 'refs/heads/main'));
    await first.until('ask', 'waiting');
    const second = await startRun(group, inputOf(name, 'coalesce', 'refs/heads/a'));
    await group.until(({ waiting }) => waiting.length === 1);
    const third = await startRun(group, inputOf(name, 'coalesce', 'refs/heads/b'));
    expect((await second.result()).status).toBe('superseded');
    await first.approve();
    await first.untilShifted();
    await first.promote();
    expect((await first.result()).status).toBe('succeeded');
    await third.until('ask', 'waiting');
  };
  await withGroup(harness, use, { stable: earlierRelease }, name);
});
