import { createHmac } from 'node:crypto';
import { gitea } from '../../../src/adapters/sources/gitea';
import { sha256Hex } from '../../../src/domain/identity';
import * as example from './examples/gitea';
import { hostile } from './hostile';
import { readOne, verdict } from './reading';

const headersOf = (name: string, vendor = 'gitea') => ({
  [`x-${vendor}-event`]: name,
  [`x-${vendor}-delivery`]: 'd-1',
  // Both send GitHub's headers as well.
  'x-github-event': 'something_else',
  'x-github-delivery': 'other',
});
const read = (name: string, payload: unknown, vendor?: string) =>
  readOne(gitea, headersOf(name, vendor), payload);

describe('a signature', () => {
  const digits = createHmac('sha256', 'a secret').update('{}').digest('hex');
  const flipped = `${digits.startsWith('0') ? '1' : '0'}${digits.slice(1)}`;

  it.each([
    ['of Gitea', { 'x-gitea-signature': digits }],
    ['of Forgejo', { 'x-forgejo-signature': digits }],
    ["in GitHub's way", { 'x-hub-signature-256': `sha256=${digits}` }],
  ])('%s is enough', (_, headers) => {
    expect(verdict(gitea, headers, '{}', ['another', 'a secret'])).toBe('authentic');
  });

  it.each([
    ['missing', {}],
    ['empty, as of a hook without a secret', { 'x-gitea-signature': '' }],
    ['of its first byte only', { 'x-gitea-signature': digits.slice(0, 2) }],
    ['wrong in the first byte', { 'x-gitea-signature': flipped }],
    ['in upper case', { 'x-gitea-signature': digits.toUpperCase() }],
    ['of SHA-1', { 'x-hub-signature': `sha1=${digits.slice(0, 40)}` }],
    [
      'wrong where another is right',
      { 'x-gitea-signature': flipped, 'x-hub-signature-256': `sha256=${digits}` },
    ],
    ['given twice', { 'x-gitea-signature': [digits, digits] }],
  ])('%s is refused', (_, headers) => {
    expect(verdict(gitea, headers, '{}', ['a secret'])).toBe('Unauthenticated');
  });
});

describe.each(['gitea', 'forgejo'])('a push of %s', (vendor) => {
  it('becomes an event by its own headers', () => {
    expect(read('push', example.push, vendor)).toMatchObject({
      problem: null,
      event: {
        source: 'gitea',
        deliveryId: 'd-1',
        bodyHash: sha256Hex(JSON.stringify(example.push)),
        kind: 'push',
        subject: 'gitea/webhooks:refs/heads/develop',
        data: {
          cloneUrl: 'http://localhost:3000/gitea/webhooks.git',
          commit: 'bffeb74224043ba2feb48d137756c8a9331c449a',
          previousCommit: '28e1879d029cb852e4844d9c718537df08844e03',
          created: false,
          deleted: false,
          author: 'gitea',
          message: 'Webhooks Yay!',
        },
      },
    });
  });
});

it("does not take GitHub's headers for its own", () => {
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'd' };
  expect(() => readOne(gitea, headers, example.push)).toThrow(expect.objectContaining({ code: 'Malformed' }));
});

describe('a pull request', () => {
  const change = (action: string, more: object = {}) => ({
    ...example.pullRequest,
    action,
    pull_request: { ...example.pullRequest.pull_request, ...more },
  });

  it.each([
    ['opened', 'opened'],
    ['reopened', 'opened'],
    ['synchronized', 'updated'],
    ['edited', 'updated'],
    ['closed', 'closed'],
  ])('%s is %s', (action, expected) => {
    expect(read('pull_request', change(action)).event).toMatchObject({
      kind: 'pull_request',
      subject: 'gitea/webhooks:pull/2',
      time: '2022-03-09T07:31:06.000Z',
      data: {
        action: expected,
        commit: '48e773f892a831faa47c0a160d1b7f0cd369ae2a',
        sourceRef: 'refs/heads/next',
        targetRef: 'refs/heads/master',
        fork: false,
        author: 'gitea',
      },
    });
  });

  it('closed by a merge is merged', () => {
    expect(read('pull_request', change('closed', { merged: true })).event.data['action']).toBe('merged');
  });

  it('of another repository is from a fork', () => {
    const { head } = example.pullRequest.pull_request;
    const payload = change('opened', { head: { ...head, repo: { full_name: 'mallory/webhooks' } } });
    expect(read('pull_request', payload).event.data['fork']).toBe(true);
  });

  it('without a branch of its own keeps its ref', () => {
    const { head } = example.pullRequest.pull_request;
    const payload = change('opened', { head: { ...head, ref: 'refs/pull/2/head' } });
    expect(read('pull_request', payload).event.data['sourceRef']).toBe('refs/pull/2/head');
  });

  it('with a label is recorded only', () => {
    expect(read('pull_request', change('label_updated')).event.kind).toBe('custom');
  });
});

it.each([
  ['create', false],
  ['delete', true],
])('%s of a tag is a tag, whose commit the repository is asked for', (name, deleted) => {
  expect(read(name, example.createTag).event).toMatchObject({
    kind: 'tag',
    data: { ref: 'refs/tags/v1', commit: null, deleted },
  });
});

it('records a release with the ref of its tag', () => {
  expect(read('release', example.release).event).toMatchObject({
    kind: 'custom',
    data: { event: 'release', action: 'published', ref: 'refs/tags/v1' },
  });
});

describe('a run of actions', () => {
  it('of Gitea is a run of CI', () => {
    expect(read('workflow_run', example.workflowRun).event).toMatchObject({
      kind: 'ci_run',
      subject: 'gitea/webhooks:ci/gitea-actions',
      data: {
        runId: '12',
        name: 'test.yml',
        status: 'success',
        commit: '67b56589a45103f891bdee7c0546e5d40bc02001',
        branch: 'master',
      },
    });
  });

  it.each(['pull_request', 'pull_request_target', undefined])(
    'of Gitea for %s, which may be of a fork, lends no commit',
    (event) => {
      const workflow_run = { ...example.workflowRun.workflow_run, event };
      const payload = { ...example.workflowRun, workflow_run };
      expect(read('workflow_run', payload).event.data).toMatchObject({ commit: null, branch: null });
    },
  );

  it.each(['action_run', 'action_run_success', 'action_run_failure', 'action_run_recover'])(
    'of Forgejo, %s, is a run of CI',
    (name) => {
      expect(read(name, example.actionRun, 'forgejo').event).toMatchObject({
        kind: 'ci_run',
        subject: 'gitea/webhooks:ci/forgejo-actions',
        data: { runId: '13', status: 'failure', commit: '67b56589a45103f891bdee7c0546e5d40bc02001' },
      });
    },
  );

  it.each([true, undefined])('of Forgejo for a fork (%s) lends no commit', (fork) => {
    const payload = { ...example.actionRun, run: { ...example.actionRun.run, is_fork_pull_request: fork } };
    expect(read('action_run', payload).event.data).toMatchObject({ commit: null, branch: null });
  });
});

it.each(['issues', 'repository', 'wiki', 'pull_request_approved'])('records %s as custom', (name) => {
  const { event, problem } = read(name, { action: 'a', repository: { full_name: 'acme/shop' } });
  expect(problem).toBeNull();
  expect(event).toMatchObject({ kind: 'custom', subject: 'acme/shop', data: { event: name, action: 'a' } });
});

hostile(gitea, [
  {
    name: 'push',
    headers: { ...headersOf('push'), 'x-gitea-signature': 'ab'.repeat(32) },
    payload: example.push,
  },
  { name: 'pull request', headers: headersOf('pull_request'), payload: example.pullRequest },
  { name: 'create', headers: headersOf('create'), payload: example.createTag },
  { name: 'release', headers: headersOf('release'), payload: example.release },
  { name: 'workflow run', headers: headersOf('workflow_run'), payload: example.workflowRun },
  { name: 'action run', headers: headersOf('action_run', 'forgejo'), payload: example.actionRun },
]);
