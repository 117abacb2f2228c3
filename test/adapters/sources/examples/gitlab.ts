/** The examples of GitLab's page on webhook events, with the fields that are read and some beside them. */

export const push = {
  object_kind: 'push',
  event_name: 'push',
  before: '95790bf891e76fee5e1747ab589903a6a1f80f22',
  after: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
  ref: 'refs/heads/master',
  ref_protected: true,
  checkout_sha: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
  user_name: 'John Smith',
  user_username: 'jsmith',
  project_id: 15,
  project: {
    id: 15,
    path_with_namespace: 'mike/diaspora',
    git_http_url: 'http://example.com/mike/diaspora.git',
    default_branch: 'master',
  },
  commits: [
    { id: 'b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327', message: 'Update Catalan translation to e38cb41.' },
    { id: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7', message: 'fixed readme' },
  ],
  total_commits_count: 4,
};

export const tag = {
  object_kind: 'tag_push',
  event_name: 'tag_push',
  before: '0000000000000000000000000000000000000000',
  after: '82b3d5ae55f7080f1e6022629cdb57bfae7cccc7',
  ref: 'refs/tags/v1.0.0',
  checkout_sha: '82b3d5ae55f7080f1e6022629cdb57bfae7cccc7',
  user_name: 'John Smith',
  project: { id: 1, path_with_namespace: 'jsmith/example' },
  commits: [],
};

export const mergeRequest = {
  object_kind: 'merge_request',
  user: { id: 1, name: 'Administrator', username: 'root' },
  project: { id: 1, path_with_namespace: 'gitlabhq/gitlab-test' },
  object_attributes: {
    id: 99,
    iid: 1,
    target_branch: 'master',
    source_branch: 'ms-viewport',
    source_project_id: 14,
    target_project_id: 14,
    title: 'MS-Viewport',
    updated_at: '2013-12-03T17:23:34Z',
    last_commit: { id: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7', message: 'fixed readme' },
    action: 'open',
  },
  changes: { draft: { previous: true, current: false } },
};

export const pipeline = {
  object_kind: 'pipeline',
  object_attributes: {
    id: 31,
    name: 'Pipeline for branch: master',
    ref: 'master',
    tag: false,
    sha: 'bcbb5ec396a2c0f828686f14fac9b80b780504f2',
    source: 'merge_request_event',
    status: 'success',
    finished_at: '2016-08-12 15:26:29 UTC',
    url: 'http://example.com/gitlab-org/gitlab-test/-/pipelines/31',
  },
  merge_request: { id: 1, iid: 1, source_project_id: 1, target_project_id: 1 },
  project: { id: 1, path_with_namespace: 'gitlab-org/gitlab-test' },
  builds: [{ id: 380, stage: 'deploy', status: 'skipped' }],
};

export const deployment = {
  object_kind: 'deployment',
  status: 'success',
  status_changed_at: '2021-04-28 21:50:00 +0200',
  deployment_id: 15,
  deployable_url: 'http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796',
  environment: 'staging',
  environment_tier: 'staging',
  project: { id: 30, path_with_namespace: 'root/test-deployment-webhooks' },
  short_sha: '279484c0',
  user: { id: 1, username: 'root' },
  commit_url:
    'http://10.126.0.2:3000/root/test-deployment-webhooks/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468',
};
