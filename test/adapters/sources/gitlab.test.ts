import { gitlab } from '../../../src/adapters/sources/gitlab';
import { hostile } from './hostile';
import { readOne, receivedAt } from './reading';
import { standardHeaders } from './standard-signing';
import * as example from './examples/gitlab';

const headersOf = (hook: string) => ({ 'x-gitlab-event': hook, 'idempotency-key': 'key-1' });
const read = (hook: string, payload: unknown) => readOne(gitlab, headersOf(hook), payload);
const zeros = '0'.repeat(40);

describe('a push', () => {
  it('becomes an event with all that is known of it', () => {
    expect(read('Push Hook', example.push).event).toMatchObject({
      kind: 'push',
      subject: 'mike/diaspora:refs/heads/master',
      time: receivedAt,
      data: {
        repository: 'mike/diaspora',
        cloneUrl: 'http://example.com/mike/diaspora.git',
        ref: 'refs/heads/master',
        commit: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
        previousCommit: '95790bf891e76fee5e1747ab589903a6a1f80f22',
        deleted: false,
        created: false,
        author: 'jsmith',
        message: 'fixed readme',
      },
    });
  });

  it('of a new branch has no previous commit', () => {
    const { event } = read('Push Hook', { ...example.push, before: zeros });
    expect(event.data).toMatchObject({ previousCommit: null, created: true });
  });

  it('that deletes its branch has no commit', () => {
    const { event } = read('Push Hook', { ...example.push, after: zeros, checkout_sha: null, commits: [] });
    expect(event.data).toMatchObject({ commit: null, deleted: true, message: null });
  });

  it('of a system hook is the same', () => {
    expect(read('System Hook', example.push).event.kind).toBe('push');
  });

  it('names the field that is missing or wrong', () => {
    const without = { ...example.push, project: undefined };
    expect(read('Push Hook', without).problem).toMatch(/^project: is missing/);
    expect(read('Push Hook', { ...example.push, ref: 'refs/heads/$(id)' }).problem).toMatch(/^ref: /);
  });
});

describe('a tag', () => {
  it('has the commit that is checked out, not the object of the tag', () => {
    const annotated = { ...example.tag, checkout_sha: 'b'.repeat(40) };
    expect(read('Tag Push Hook', annotated).event).toMatchObject({
      kind: 'tag',
      subject: 'jsmith/example:refs/tags/v1.0.0',
      data: { ref: 'refs/tags/v1.0.0', commit: 'b'.repeat(40), deleted: false },
    });
  });

  it('that is deleted has none', () => {
    const { event } = read('Tag Push Hook', { ...example.tag, before: example.tag.after, after: zeros });
    expect(event.data).toMatchObject({ commit: null, deleted: true });
  });
});

describe('a merge request', () => {
  const change = (attributes: object, changes: object = {}) => ({
    ...example.mergeRequest,
    object_attributes: { ...example.mergeRequest.object_attributes, ...attributes },
    changes,
  });

  it('becomes a pull request', () => {
    expect(read('Merge Request Hook', example.mergeRequest).event).toMatchObject({
      kind: 'pull_request',
      subject: 'gitlabhq/gitlab-test:pull/1',
      time: '2013-12-03T17:23:34.000Z',
      data: {
        action: 'opened',
        number: 1,
        commit: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
        sourceRef: 'refs/heads/ms-viewport',
        targetRef: 'refs/heads/master',
        fork: false,
        title: 'MS-Viewport',
        author: 'root',
      },
    });
  });

  it.each([
    ['open', 'opened'],
    ['reopen', 'opened'],
    ['close', 'closed'],
    ['merge', 'merged'],
  ])('%s is %s', (action, expected) => {
    expect(read('Merge Request Hook', change({ action })).event.data['action']).toBe(expected);
  });

  it.each([
    ['a new commit', change({ action: 'update', oldrev: 'a'.repeat(40) })],
    ['another title', change({ action: 'update' }, { title: {} })],
    ['another target', change({ action: 'update' }, { target_branch: {} })],
  ])('with %s is updated', (_, payload) => {
    expect(read('Merge Request Hook', payload).event.data['action']).toBe('updated');
  });

  it.each([
    ['update', change({ action: 'update' }, { labels: {} })],
    ['approved', change({ action: 'approved' })],
  ])('%s, which changes no code, is recorded only', (action, payload) => {
    expect(read('Merge Request Hook', payload).event).toMatchObject({
      kind: 'custom',
      subject: 'gitlabhq/gitlab-test',
      data: { event: 'merge_request', action },
    });
  });

  it.each([
    { source_project_id: 15 },
    { source_project_id: null },
    { source_project_id: null, target_project_id: null },
  ])('of %j is from a fork', (ids) => {
    expect(read('Merge Request Hook', change(ids)).event.data['fork']).toBe(true);
  });
});

describe('a pipeline', () => {
  it('is a run of CI', () => {
    expect(read('Pipeline Hook', example.pipeline).event).toMatchObject({
      kind: 'ci_run',
      subject: 'gitlab-org/gitlab-test:ci/gitlab',
      time: '2016-08-12T15:26:29.000Z',
      data: {
        system: 'gitlab',
        runId: '31',
        status: 'success',
        repository: 'gitlab-org/gitlab-test',
        commit: 'bcbb5ec396a2c0f828686f14fac9b80b780504f2',
        branch: 'master',
        url: 'http://example.com/gitlab-org/gitlab-test/-/pipelines/31',
      },
    });
  });

  it('of a tag has no branch', () => {
    const attributes = { ...example.pipeline.object_attributes, tag: true };
    expect(
      read('Pipeline Hook', { ...example.pipeline, object_attributes: attributes }).event.data['branch'],
    ).toBeNull();
  });

  it.each([{ source_project_id: 9 }, { source_project_id: null }, {}])(
    "of a fork's merge request, %j, lends no commit",
    (of) => {
      const payload = { ...example.pipeline, merge_request: { target_project_id: 1, ...of } };
      expect(read('Pipeline Hook', payload).event.data).toMatchObject({ commit: null, branch: null });
    },
  );
});

it('a deployment is of the service that is called as the project', () => {
  const { event } = read('Deployment Hook', example.deployment);
  expect(event).toMatchObject({
    kind: 'deployment',
    subject: 'test-deployment-webhooks:staging',
    time: '2021-04-28T19:50:00.000Z',
    data: {
      service: 'test-deployment-webhooks',
      environment: 'staging',
      status: 'success',
      repository: 'root/test-deployment-webhooks',
      revision: '279484c09fbe69ededfced8c1bb6e6d24616b468',
    },
  });
  expect(event.data).not.toHaveProperty('commit');
});

it.each([
  ['Job Hook', { object_kind: 'build', project: example.push.project }, 'build', 'mike/diaspora'],
  ['Subgroup Hook', { event_name: 'subgroup_create', full_path: 'a/b' }, 'subgroup_create', 'custom'],
  ['Feature Flag Hook', { object_kind: 'feature_flag', project: 7 }, 'feature_flag', 'custom'],
  ['Emoji Hook', {}, 'Emoji Hook', 'custom'],
])('records %s as custom', (hook, payload, event, subject) => {
  expect(read(hook, payload)).toMatchObject({
    problem: null,
    event: { kind: 'custom', subject, data: { event } },
  });
});

hostile(gitlab, [
  { name: 'push', headers: { ...headersOf('Push Hook'), 'x-gitlab-token': 'a' }, payload: example.push },
  { name: 'tag', headers: headersOf('Tag Push Hook'), payload: example.tag },
  { name: 'merge request', headers: headersOf('Merge Request Hook'), payload: example.mergeRequest },
  { name: 'pipeline', headers: headersOf('Pipeline Hook'), payload: example.pipeline },
  { name: 'deployment', headers: headersOf('Deployment Hook'), payload: example.deployment },
  {
    name: 'signed push',
    headers: { ...headersOf('Push Hook'), ...standardHeaders('whsec_YWE=', '', { seconds: 1 }) },
    payload: example.push,
  },
]);
