/** The shapes of Gitea's and Forgejo's pages on webhooks, with the fields that are read and some beside them. */

const repository = {
  id: 140,
  name: 'webhooks',
  full_name: 'gitea/webhooks',
  clone_url: 'http://localhost:3000/gitea/webhooks.git',
  default_branch: 'master',
};
const gitea = { id: 1, login: 'gitea', full_name: 'Gitea', username: 'gitea' };

export const push = {
  ref: 'refs/heads/develop',
  before: '28e1879d029cb852e4844d9c718537df08844e03',
  after: 'bffeb74224043ba2feb48d137756c8a9331c449a',
  compare_url: 'http://localhost:3000/gitea/webhooks/compare/28e1879d029c...bffeb7422404',
  commits: [{ id: 'bffeb74224043ba2feb48d137756c8a9331c449a', message: 'Webhooks Yay!' }],
  head_commit: {
    id: 'bffeb74224043ba2feb48d137756c8a9331c449a',
    message: 'Webhooks Yay!',
    author: { name: 'Gitea', username: 'gitea' },
  },
  repository,
  pusher: gitea,
  sender: gitea,
};

export const pullRequest = {
  action: 'opened',
  number: 2,
  pull_request: {
    id: 1,
    number: 2,
    user: gitea,
    title: 'update',
    merged: false,
    updated_at: '2022-03-09T16:31:06+09:00',
    base: {
      label: 'master',
      ref: 'master',
      sha: '67b56589a45103f891bdee7c0546e5d40bc02001',
      repo: repository,
    },
    head: { label: 'next', ref: 'next', sha: '48e773f892a831faa47c0a160d1b7f0cd369ae2a', repo: repository },
  },
  repository,
  sender: gitea,
  commit_id: '',
};

export const createTag = {
  sha: '67b56589a45103f891bdee7c0546e5d40bc02001',
  ref: 'v1',
  ref_type: 'tag',
  repository,
  sender: gitea,
};

export const release = {
  action: 'published',
  release: { id: 1, tag_name: 'v1', name: '0.0.0', draft: false, prerelease: false },
  repository,
  sender: gitea,
};

export const workflowRun = {
  action: 'completed',
  workflow: { id: 'test.yml', name: 'Test' },
  workflow_run: {
    id: 12,
    path: 'test.yml@refs/heads/master',
    event: 'push',
    head_sha: '67b56589a45103f891bdee7c0546e5d40bc02001',
    head_branch: 'master',
    status: 'completed',
    conclusion: 'success',
    html_url: 'http://localhost:3000/gitea/webhooks/actions/runs/12',
    completed_at: '2025-07-01T10:00:00Z',
    repository,
    head_repository: repository,
  },
  repository,
  sender: gitea,
};

export const actionRun = {
  action: 'failure',
  run: {
    id: 13,
    title: 'Test Suite',
    repository,
    workflow_id: 'test.yml',
    prettyref: 'master',
    commit_sha: '67b56589a45103f891bdee7c0546e5d40bc02001',
    is_fork_pull_request: false,
    status: 'failure',
    html_url: 'http://localhost:3000/gitea/webhooks/actions/runs/13',
    stopped: '2025-07-01T10:00:00Z',
  },
  prior_status: 'running',
};
