import { github } from '../../../src/adapters/sources/github';
import { mainCommit } from '../../gateway/payloads';
import { hostile } from './hostile';
import { readOne } from './reading';

const headersOf = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });
const read = (name: string, payload: unknown) => readOne(github, headersOf(name), payload);
const own = { full_name: 'acme/shop' };

const workflowRun = (change: object = {}) => ({
  action: 'completed',
  repository: own,
  workflow_run: {
    id: 15891415,
    name: 'Tests',
    status: 'completed',
    conclusion: 'success',
    head_sha: mainCommit,
    head_branch: 'main',
    head_repository: own,
    html_url: 'https://github.com/acme/shop/actions/runs/15891415',
    updated_at: '2026-01-01T10:00:00Z',
    ...change,
  },
});
const checkRun = (change: object = {}, action = 'completed') => ({
  action,
  repository: own,
  check_run: {
    id: 7,
    name: 'lint',
    status: 'completed',
    conclusion: 'failure',
    head_sha: mainCommit,
    html_url: 'https://github.com/acme/shop/runs/7',
    completed_at: '2026-01-01T10:00:00Z',
    app: { slug: 'linter' },
    check_suite: { head_branch: 'main' },
    ...change,
  },
});

describe('a run of CI', () => {
  it('is of GitHub Actions', () => {
    expect(read('workflow_run', workflowRun()).event).toMatchObject({
      kind: 'ci_run',
      subject: 'acme/shop:ci/github-actions',
      time: '2026-01-01T10:00:00.000Z',
      data: {
        system: 'github-actions',
        runId: '15891415',
        name: 'Tests',
        status: 'success',
        repository: 'acme/shop',
        commit: mainCommit,
        branch: 'main',
        url: 'https://github.com/acme/shop/actions/runs/15891415',
      },
    });
  });

  it('or of another system that reports a check', () => {
    expect(read('check_run', checkRun()).event).toMatchObject({
      kind: 'ci_run',
      subject: 'acme/shop:ci/linter',
      data: { system: 'linter', runId: '7', name: 'lint', status: 'failure', commit: mainCommit },
    });
  });

  it('that has not ended has its status', () => {
    const unfinished = { status: 'in_progress', conclusion: null };
    expect(read('workflow_run', workflowRun(unfinished)).event.data['status']).toBe('in_progress');
  });

  it.each([
    ['workflow_run', workflowRun({ head_repository: { full_name: 'mallory/shop' } })],
    ['workflow_run', workflowRun({ head_repository: null })],
    ['check_run', checkRun({ check_suite: { head_branch: null } })],
  ])('of a fork, %s %#, lends neither its commit nor the name of its branch', (name, payload) => {
    expect(read(name, payload).event).toMatchObject({ kind: 'ci_run', data: { commit: null, branch: null } });
  });

  it.each(['rerequested', 'requested_action'])('is recorded only when a check is %s', (action) => {
    expect(read('check_run', checkRun({}, action)).event).toMatchObject({
      kind: 'custom',
      data: { event: 'check_run', action },
    });
  });
});

const deployment = (change: object = {}) => ({
  action: 'created',
  repository: own,
  deployment_status: { state: 'success', environment: 'production', creator: { login: 'ada' }, ...change },
  deployment: { environment: 'production', sha: mainCommit, ref: 'main' },
});

it('a status of a deployment is of the service that is called as the repository', () => {
  const { event } = read('deployment_status', deployment());
  expect(event).toMatchObject({
    kind: 'deployment',
    subject: 'shop:production',
    data: {
      service: 'shop',
      environment: 'production',
      status: 'success',
      revision: mainCommit,
      author: 'ada',
    },
  });
  // Whose pipeline files would be read at that commit, be it of a fork.
  expect(event.data).not.toHaveProperty('commit');
});

hostile(github, [
  { name: 'workflow run', headers: headersOf('workflow_run'), payload: workflowRun() },
  { name: 'check run', headers: headersOf('check_run'), payload: checkRun() },
  { name: 'deployment', headers: headersOf('deployment_status'), payload: deployment() },
]);
