import { parsePublicEventId } from '../../src/domain/event-id';
import { inboxId } from '../../src/domain/identity';
import type { SagalineEvent } from '../../src/domain/event';
import { deadLetterSubject } from '../../src/domain/subject';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import {
  deciding,
  event,
  nothing,
  order,
  pipeline,
  push,
  repository,
  type RouteOptions,
  routing,
  subject,
} from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const pullRequest = (commit: string, fork: boolean): SagalineEvent =>
  event('pull_request', { repository, action: 'opened', number: 7, commit, targetRef: 'main', fork });

const route = (events: SagalineEvent[], options?: RouteOptions) => routing(fixture, events, options);
const decide = (of: SagalineEvent, options?: RouteOptions) => deciding(fixture, of, options);

test('a pipeline that listens gets a run of the commit that the event names', async () => {
  const commit = await fixture.commit({
    '.sagaline/deliver.yaml': pipeline(
      'deliver',
      `{ event: push, when: 'event.data.ref == "refs/heads/main"' }`,
    ),
  });
  const { decisions, started } = await decide(push(commit));
  const reason = '`event.data.ref == "refs/heads/main"` is true';
  expect(decisions).toEqual([{ pipeline: 'deliver', matched: true, reason, runId: 'run:deliver' }]);
  expect(started).toMatchObject([{ project: 'default', repository, commit, order }]);
  const place = parsePublicEventId(started[0]?.eventId ?? '');
  expect(place).toEqual({ inbox: inboxId('default', 'github', subject), key: 'k' });
});

test('what does not match says why, with the expression and what it gave', async () => {
  const commit = await fixture.commit({
    '.sagaline/a.yaml': pipeline('other-branch', `{ event: push, when: 'event.data.ref == "refs/heads/x"' }`),
    '.sagaline/b.yaml': pipeline('other-kind', '{ event: alert }'),
    '.sagaline/c.yaml': pipeline('no-author', `{ event: push, when: 'event.data.author.startsWith("a")' }`),
    '.sagaline/d.yaml': pipeline('second-trigger', `{ event: push, when: 'false' }, { event: push }`),
  });
  const { decisions, started } = await decide(push(commit));
  expect(decisions.map(({ pipeline: name, matched, reason }) => [name, matched, reason])).toEqual([
    [
      'other-branch',
      false,
      '`event.data.ref == "refs/heads/x"` is false: `event.data.ref` is "refs/heads/main"',
    ],
    ['other-kind', false, 'does not listen to push'],
    ['no-author', false, expect.stringContaining('cannot be evaluated')],
    ['second-trigger', true, 'listens to push'],
  ]);
  expect(started.map((input) => input.pipeline.name)).toEqual(['second-trigger']);
});

test('an unregistered repository, a dead letter and a deleted ref start nothing, and say so', async () => {
  const commit = await fixture.commit({ '.sagaline/deliver.yaml': pipeline('deliver', '{ event: push }') });
  const foreign = event('push', { ...push(commit).data, repository: 'evil/shop' });
  const deadLetter = { ...push(commit), subject: deadLetterSubject };
  const { routed, started } = await route([foreign, deadLetter, push(null, { deleted: true })]);
  expect(routed.map(({ decisions }) => decisions)).toEqual([
    nothing('repository not registered'),
    nothing('not understood: kept as a dead letter'),
    nothing('the ref was deleted: there is no commit to run'),
  ]);
  expect(started).toEqual([]);
});

test("a fork's pull request is built by the definition of its target branch, never by its own", async () => {
  const trusted = pipeline('check', '{ event: pull_request }', 'make check');
  await fixture.commit({ '.sagaline/check.yaml': trusted });
  await fixture.git('checkout', '-q', '-b', 'fork');
  const commit = await fixture.commit({
    '.sagaline/check.yaml': pipeline('check', '{ event: pull_request }', 'make evil'),
    '.sagaline/more.yaml': pipeline('more', '{ event: pull_request }'),
  });

  const fromFork = await decide(pullRequest(commit, true));
  expect(fromFork.started.map((run) => [run.commit, run.pipeline.steps[0]])).toEqual([
    [commit, expect.objectContaining({ with: { run: 'make check' } })],
  ]);
  const own = await decide(pullRequest(commit, false));
  expect(own.started.map((run) => run.pipeline.name)).toEqual(['check', 'more']);
});

test("a fork's pull request whose target branch is gone starts nothing", async () => {
  const commit = await fixture.commit({ '.sagaline/c.yaml': pipeline('c', '{ event: pull_request }') });
  await fixture.git('branch', '-m', 'main', 'other');
  const { decisions } = await decide(pullRequest(commit, true));
  expect(decisions).toEqual(nothing('there is no target branch refs/heads/main'));
});

test('an invalid file is named with line, column and field, and keeps no other pipeline from its run', async () => {
  const commit = await fixture.commit({
    '.sagaline/broken.yaml': pipeline('broken', '{ event: push }').replace('uses: shell', 'uses: shel'),
    '.sagaline/deliver.yaml': pipeline('deliver', '{ event: push }'),
  });
  const { decisions, started } = await decide(push(commit));
  expect(decisions).toEqual([
    {
      pipeline: '.sagaline/broken.yaml',
      matched: false,
      reason: expect.stringMatching(/^\.sagaline\/broken\.yaml:5:24: steps\[0\]\.uses: must be/) as string,
      runId: null,
    },
    { pipeline: 'deliver', matched: true, reason: 'listens to push', runId: 'run:deliver' },
  ]);
  expect(started).toHaveLength(1);
});

test('of two files that name the same pipeline the first counts', async () => {
  const commit = await fixture.commit({
    '.sagaline/a.yaml': pipeline('deliver', '{ event: push }', 'first'),
    '.sagaline/b.yaml': pipeline('deliver', '{ event: push }', 'second'),
  });
  const { decisions, started } = await decide(push(commit));
  expect(decisions[1]).toEqual({
    pipeline: '.sagaline/b.yaml',
    matched: false,
    reason: '.sagaline/b.yaml:2:7: name: another file already names its pipeline deliver: .sagaline/a.yaml',
    runId: null,
  });
  expect(started.map((run) => run.pipeline.steps[0])).toMatchObject([{ with: { run: 'first' } }]);
});

test('a commit that is not there is asked for again, and decided on after the attempts', async () => {
  await fixture.commit({ '.sagaline/deliver.yaml': pipeline('deliver', '{ event: push }') });
  const missing = 'd'.repeat(40);
  for (const attempt of [1, 2]) {
    await expect(route([push(missing)], { attempt })).rejects.toMatchObject({
      code: 'RepositoryUnreachable',
    });
  }
  const { decisions, started } = await decide(push(missing), { attempt: 3 });
  expect(decisions).toEqual(nothing(`commit ${missing} is not in repository ${repository}`));
  expect(started).toEqual([]);
});

test('where the order of pushes is unknown, only the head of the ref counts', async () => {
  const deliver = { '.sagaline/deliver.yaml': pipeline('deliver', '{ event: push }') };
  const older = await fixture.commit(deliver);
  const head = await fixture.commit({ 'readme.md': 'newer' });
  const passed = await decide(push(older), { askHead: true });
  expect(passed.decisions).toEqual(nothing(`a later push moved refs/heads/main to ${head}`));
  const present = await decide(push(head), { askHead: true });
  expect(present.started).toMatchObject([{ commit: head }]);
});

test('an event about no repository in particular is offered to every one that is registered', async () => {
  const head = await fixture.commit({ '.sagaline/heal.yaml': pipeline('heal', '{ event: alert }') });
  const alert = event('alert', { status: 'firing', name: 'errors' });
  const { started } = await decide(alert);
  expect(started).toMatchObject([{ repository, commit: head }]);
  const nobody = await decide(alert, { configuration: 'apiVersion: sagaline/v1\n' });
  expect(nobody.decisions).toEqual(nothing('no repository is registered'));
});

test('a repository without pipelines, and a ref that is gone, are reasons', async () => {
  const commit = await fixture.commit({ 'readme.md': 'nothing here' });
  expect((await decide(push(commit))).decisions).toEqual(nothing(`no pipeline in .sagaline at ${commit}`));
  const gone = event('manual', { repository, ref: 'refs/heads/gone', pipeline: 'deliver' });
  expect((await decide(gone)).decisions).toEqual(nothing('there is no ref refs/heads/gone'));
});
