/** The examples of Bitbucket's pages on event payloads, with the fields that are read and some beside them. */

const actor = { nickname: 'emmap1', display_name: 'Emma', uuid: '{a54f16da-24e9-4d7f-a3a7-b1ba2cd98aa3}' };
const repository = { full_name: 'team_name/repo_name', name: 'repo_name', scm: 'git', is_private: true };
const tip = (hash: string, message: string, type = 'branch', name = 'name-of-branch') => ({
  type,
  name,
  target: { type: 'commit', hash, message, date: '2015-06-09T03:34:49+00:00' },
});

export const newTip = tip('709d658dc5b6d6afcd46049c2f332ee3f515a67d', 'new commit message\n');
export const oldTip = tip('1e65c05c1d5171631d92438a13901ca7dae9618c', 'old commit message\n');
export const tagTip = tip('709d658dc5b6d6afcd46049c2f332ee3f515a67d', 'new commit message\n', 'tag', 'v1');

export const pushOf = (...changes: unknown[]) => ({ actor, repository, push: { changes } });
export const push = pushOf({ new: newTip, old: oldTip, created: false, forced: false, closed: false });

/** Of a commit, Bitbucket Cloud gives twelve digits here, and the same in its links. */
export const shortPullRequest = {
  actor,
  repository,
  pullrequest: {
    id: 1,
    title: 'Title of pull request',
    state: 'OPEN',
    author: actor,
    source: {
      branch: { name: 'branch2' },
      commit: {
        hash: 'd3022fc0ca3d',
        links: {
          self: {
            href: 'https://api.bitbucket.org/2.0/repositories/team_name/repo_name/commit/d3022fc0ca3d',
          },
        },
      },
      repository,
    },
    destination: { branch: { name: 'master' }, commit: { hash: 'ce5965ddd289' }, repository },
    updated_on: '2015-04-06T15:23:38.205705+00:00',
  },
};

export const commitStatus = {
  actor,
  repository,
  commit_status: {
    name: 'Unit Tests (Python)',
    state: 'INPROGRESS',
    key: 'mybuildtool',
    url: 'https://my-build-tool.com/builds/MY-PROJECT/BUILD-777',
    type: 'build',
    updated_on: '2015-11-19T20:37:35.547563+00:00',
    links: {
      commit: {
        href: 'http://api.bitbucket.org/2.0/repositories/tk/test/commit/9fec847784abb10b2fa567ee63b85bd238955d0e',
      },
    },
  },
};

const dataCenterRepository = { slug: 'repository', id: 84, project: { key: 'PROJ', id: 84 } };
const admin = { name: 'admin', displayName: 'Administrator' };

export const refsChanged = {
  eventKey: 'repo:refs_changed',
  date: '2017-09-19T09:45:32+1000',
  actor: admin,
  repository: dataCenterRepository,
  changes: [
    {
      ref: { id: 'refs/heads/master', displayId: 'master', type: 'BRANCH' },
      refId: 'refs/heads/master',
      fromHash: 'ecddabb624f6f5ba43816f5926e580a5f680a932',
      toHash: '178864a7d521b6f5e720b386b2c2b0ef8563e0dc',
      type: 'UPDATE',
    },
  ],
};

export const dataCenterPullRequest = {
  eventKey: 'pr:opened',
  date: '2017-09-19T09:58:11+1000',
  actor: admin,
  pullRequest: {
    id: 1,
    title: 'a new file added',
    updatedDate: 1_505_783_860_548,
    fromRef: {
      id: 'refs/heads/a-branch',
      latestCommit: 'ef8755f06ee4b28c96a847a95cb8ec8ed6ddd1ca',
      repository: dataCenterRepository,
    },
    toRef: {
      id: 'refs/heads/master',
      latestCommit: '178864a7d521b6f5e720b386b2c2b0ef8563e0dc',
      repository: dataCenterRepository,
    },
    author: { user: admin, role: 'AUTHOR' },
  },
};
