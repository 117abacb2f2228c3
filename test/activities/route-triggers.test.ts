import { runVersion } from '../../src/domain/run';
import type { SagalineEvent } from '../../src/domain/event';
import { manualSource, scheduleSource } from '../../src/domain/own-sources';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { deciding, event, nothing, pipeline, push, repository, type RouteOptions } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const decide = (of: SagalineEvent, options?: RouteOptions) => deciding(fixture, of, options);
const main = 'refs/heads/main';

const manual = (name: string, inputs: SagalineEvent['data'] = {}) =>
  event('manual', { repository, ref: main, pipeline: name, inputs, author: 'ada' }, { source: manualSource });

const firing = (name: string, cron: string, zone = 'UTC') =>
  event('schedule', { repository, pipeline: name, cron, zone }, { source: scheduleSource });

describe('what is started by hand', () => {
  const levels = `inputs:
  level: { type: string, options: [low, high], default: low }
  count: { type: number }
`;

  it('is the named pipeline alone, at the head of the ref, with its inputs complete', async () => {
    const head = await fixture.commit({
      '.sagaline/a.yaml': pipeline('deliver', '{ event: manual }', 'true', levels),
      '.sagaline/b.yaml': pipeline('other', '{ event: manual }'),
    });
    const { decisions, started, offered } = await decide(manual('deliver', { count: 3 }));
    expect(decisions).toEqual([
      { pipeline: 'deliver', matched: true, reason: 'listens to manual', runId: 'run:deliver' },
    ]);
    expect(started).toMatchObject([
      { commit: head, version: runVersion, inputs: { level: 'low', count: 3 } },
    ]);
    expect(offered).toHaveLength(1);
  });

  it.each([
    ['a value that is no option', { count: 1, level: 'middle' }, 'input level must be one of low, high'],
    ['a value of another type', { count: '1' }, 'input count must be a number'],
    ['a value that is missing', {}, 'input count is missing: it is a number without a default'],
    [
      'a value that nothing asks for',
      { count: 1, more: 1 },
      'there is no input more, known are level, count',
    ],
  ])('with %s is not started, and the decision says why', async (_, inputs, reason) => {
    await fixture.commit({ '.sagaline/a.yaml': pipeline('deliver', '{ event: manual }', 'true', levels) });
    const { decisions, started } = await decide(manual('deliver', inputs));
    expect(decisions).toEqual([{ pipeline: 'deliver', matched: false, reason, runId: null }]);
    expect(started).toEqual([]);
  });

  it('must be a pipeline that may be started by hand', async () => {
    await fixture.commit({ '.sagaline/a.yaml': pipeline('deliver', '{ event: push }') });
    const { decisions } = await decide(manual('deliver'));
    expect(decisions).toMatchObject([{ pipeline: 'deliver', reason: 'does not listen to manual' }]);
  });

  it('that nobody has written is answered with the known ones and the faults of files', async () => {
    const broken = pipeline('delivery', '{ event: manual }').replace('uses: shell', 'uses: shel');
    await fixture.commit({
      '.sagaline/a.yaml': pipeline('deliver', '{ event: manual }'),
      '.sagaline/b.yaml': broken,
    });
    const { decisions, started } = await decide(manual('delivery'));
    expect(decisions.map(({ pipeline: name, reason }) => [name, reason])).toEqual([
      ['delivery', 'there is no pipeline delivery at this commit: known are deliver'],
      ['.sagaline/b.yaml', expect.stringContaining('steps[0].uses')],
    ]);
    expect(started).toEqual([]);
  });
});

describe('a firing of a schedule', () => {
  const nightly = `{ event: schedule, cron: '0 3 * * *', zone: Europe/Berlin }`;

  it('starts the pipeline and the trigger that it is of', async () => {
    const head = await fixture.commit({
      '.sagaline/a.yaml': pipeline(
        'nightly',
        `${nightly}, { event: schedule, cron: '0 4 * * *', when: 'false' }`,
      ),
      '.sagaline/b.yaml': pipeline('other', nightly),
    });
    const { started, synced } = await decide(firing('nightly', '0 3 * * *', 'Europe/Berlin'));
    expect(started).toMatchObject([{ commit: head, pipeline: { name: 'nightly' } }]);
    expect(synced).toEqual([]);
    const { decisions } = await decide(firing('nightly', '0 4 * * *'));
    expect(decisions).toMatchObject([{ matched: false, reason: '`false` is false' }]);
  });

  it('is of the default branch, which conditions and environments are asked about', async () => {
    const onMain = `{ event: schedule, cron: '@daily', when: 'event.data.ref == "${main}"' }`;
    const head = await fixture.commit({ '.sagaline/a.yaml': pipeline('nightly', onMain) });
    const fired = () => decide(firing('nightly', '@daily'));
    expect((await fired()).started).toMatchObject([{ commit: head, event: { data: { ref: main } } }]);
    // A branch that no event may name, and none at all.
    await fixture.git('checkout', '-q', '-b', '$(id)');
    expect((await fired()).decisions[0]?.reason).toContain('field not found: ref');
    await fixture.git('checkout', '-q', '--detach');
    expect((await fired()).decisions[0]?.reason).toContain('field not found: ref');
  });

  it('of somebody else that names a commit is of no branch', async () => {
    const head = await fixture.commit({ '.sagaline/a.yaml': pipeline('foreign', '{ event: schedule }') });
    const data = { repository, pipeline: 'foreign' };
    const refs = async (more: object) =>
      (await decide(event('schedule', { ...data, ...more }, { source: '/cron' }))).started.map(
        (run) => run.event.data['ref'],
      );
    expect(await refs({ commit: head })).toEqual([undefined]);
    expect(await refs({ ref: 'refs/heads/main' })).toEqual(['refs/heads/main']);
    expect(await refs({})).toEqual(['refs/heads/main']);
  });

  it('of a schedule that is no longer written starts nothing, and brings the schedules up to date', async () => {
    await fixture.commit({ '.sagaline/a.yaml': pipeline('nightly', nightly) });
    const { decisions, synced } = await decide(firing('nightly', '0 3 * * *', 'UTC'));
    expect(decisions).toMatchObject([
      { matched: false, reason: 'has no schedule 0 3 * * * in UTC any more' },
    ]);
    expect(synced).toEqual([[{ pipeline: 'nightly', cron: '0 3 * * *', zone: 'Europe/Berlin' }]]);
  });

  it('of somebody else starts what listens to those, never a cron', async () => {
    await fixture.commit({
      '.sagaline/a.yaml': pipeline('own', nightly),
      '.sagaline/b.yaml': pipeline('foreign', '{ event: schedule }'),
    });
    const foreign = (name: string) => event('schedule', { repository, pipeline: name }, { source: '/cron' });
    expect((await decide(foreign('own'))).decisions).toMatchObject([
      { matched: false, reason: 'listens to schedules of its own only' },
    ]);
    expect((await decide(foreign('foreign'))).decisions).toMatchObject([{ matched: true }]);
    expect((await decide(firing('foreign', '0 3 * * *'))).decisions).toMatchObject([{ matched: false }]);
  });
});

describe('a push', () => {
  const nightly = pipeline(
    'nightly',
    `{ event: schedule, cron: '0 3 * * *' }, { event: schedule, cron: '@daily' }`,
  );

  it('of the default branch makes the schedules those of its head, and names a refused one', async () => {
    const head = await fixture.commit({ '.sagaline/a.yaml': nightly });
    const schedule = { pipeline: 'nightly', cron: '0 3 * * *', zone: 'UTC' };
    const { decisions, synced } = await decide(push(head), { refused: [{ schedule, reason: 'no' }] });
    expect(synced).toEqual([[schedule, { ...schedule, cron: '@daily' }]]);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      'does not listen to push',
      'schedule 0 3 * * * in UTC: no',
    ]);
  });

  it('of another branch leaves them alone', async () => {
    await fixture.commit({ '.sagaline/a.yaml': nightly });
    await fixture.git('checkout', '-q', '-b', 'topic');
    const commit = await fixture.commit({ '.sagaline/a.yaml': pipeline('nightly', '{ event: push }') });
    await fixture.git('symbolic-ref', 'HEAD', main);
    const { synced, started } = await decide(push(commit, { ref: 'refs/heads/topic' }));
    expect([synced, started.length]).toEqual([[], 1]);
  });

  it('gives every pipeline the defaults of its inputs', async () => {
    const inputs = (more: string) => `inputs: { level: { type: string, default: low }${more} }\n`;
    const head = await fixture.commit({
      '.sagaline/a.yaml': pipeline('deliver', '{ event: push }', 'true', inputs('')),
      '.sagaline/b.yaml': pipeline('needy', '{ event: push }', 'true', inputs(', count: { type: number }')),
    });
    const { decisions, started } = await decide(push(head));
    expect(started).toMatchObject([{ inputs: { level: 'low' } }]);
    expect(decisions[1]).toMatchObject({
      matched: false,
      reason: expect.stringContaining('inputs.count: needs a default'),
    });
  });
});

describe('events of the platform itself', () => {
  it('start runs up to a depth of five, and are cut beyond it', async () => {
    const head = await fixture.commit({ '.sagaline/a.yaml': pipeline('deliver', '{ event: push }') });
    const fifth = await decide({ ...push(head), depth: 5 });
    expect(fifth.started).toHaveLength(1);
    const sixth = await decide({ ...push(head), depth: 6 });
    expect(sixth.decisions).toEqual(nothing("cut: caused by a chain of 5 events of the platform's own"));
    expect([sixth.started, sixth.offered.length]).toEqual([[], 1]);
  });

  it('and all others reach waiting runs, except what is not understood or of a foreign repository', async () => {
    const head = await fixture.commit({ 'readme.md': 'x' });
    expect((await decide(push(head))).offered).toHaveLength(1);
    expect((await decide(push(null, { deleted: true }))).offered).toHaveLength(1);
    expect((await decide({ ...push(head), subject: 'dead-letter' })).offered).toEqual([]);
    expect((await decide(push(head, { repository: 'evil/shop' }))).offered).toEqual([]);
  });
});

test('an image is offered to every repository: its own name is one of images', async () => {
  await fixture.commit({ '.sagaline/a.yaml': pipeline('deploy', '{ event: image }') });
  const image = event('image', { repository: 'registry.example/shop', tag: 'v1', digest: 'sha256:00' });
  expect((await decide(image)).started).toHaveLength(1);
});
