import { createHmac } from 'node:crypto';
import { bitbucket } from '../../../src/adapters/sources/bitbucket';
import { eventKey, sha256Hex } from '../../../src/domain/identity';
import * as example from './examples/bitbucket';
import { hostile } from './hostile';
import { readAll, readOne, receivedAt, verdict } from './reading';

const headersOf = (name: string) => ({ 'x-event-key': name, 'x-request-uuid': 'd-1', 'x-hook-uuid': 'h-1' });
const read = (name: string, payload: unknown) => readOne(bitbucket, headersOf(name), payload);
const zeros = '0'.repeat(40);

describe('a signature', () => {
  const digits = createHmac('sha256', "It's a Secret to Everybody").update('Hello World!').digest('hex');
  const verify = (signature: unknown, secrets = ["It's a Secret to Everybody"]) =>
    verdict(bitbucket, { 'x-hub-signature': signature as string }, 'Hello World!', secrets);

  it("verifies Bitbucket's documented example", () => {
    const documented = 'a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
    expect(digits).toBe(documented);
    expect(verify(`sha256=${documented}`)).toBe('authentic');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without digits', 'sha256='],
    ['of another algorithm', `sha1=${digits.slice(0, 40)}`],
    ['one digit short', `sha256=${digits.slice(0, -1)}`],
    ['wrong in the last byte', `sha256=${digits.slice(0, -2)}00`],
    ['given twice', [`sha256=${digits}`, `sha256=${digits}`]],
  ])('%s is refused', (_, signature) => {
    expect(verify(signature)).toBe('Unauthenticated');
  });
});

describe('a push', () => {
  it('of one branch becomes an event', () => {
    expect(read('repo:push', example.push)).toMatchObject({
      problem: null,
      event: {
        key: eventKey('bitbucket', 'd-1'),
        deliveryId: 'd-1',
        bodyHash: sha256Hex(JSON.stringify(example.push)),
        kind: 'push',
        subject: 'team_name/repo_name:refs/heads/name-of-branch',
        // The dates in it are of commits, which may be old when they are pushed.
        time: receivedAt,
        data: {
          commit: '709d658dc5b6d6afcd46049c2f332ee3f515a67d',
          previousCommit: '1e65c05c1d5171631d92438a13901ca7dae9618c',
          created: false,
          deleted: false,
          author: 'emmap1',
          message: 'new commit message\n',
        },
      },
    });
  });

  it('of several refs becomes as many events, none of which passes for another', () => {
    const created = { new: example.newTip, old: null };
    const deleted = { new: null, old: example.oldTip };
    const tag = { new: example.tagTip, old: null };
    const events = readAll(bitbucket, headersOf('repo:push'), example.pushOf(created, deleted, tag)).map(
      ({ event }) => event,
    );
    expect(events).toMatchObject([
      { deliveryId: 'd-1/0', kind: 'push', data: { created: true, previousCommit: null } },
      { deliveryId: 'd-1/1', kind: 'push', data: { deleted: true, commit: null } },
      {
        deliveryId: 'd-1/2',
        kind: 'tag',
        data: { ref: 'refs/tags/v1', commit: '709d658dc5b6d6afcd46049c2f332ee3f515a67d' },
      },
    ]);
    expect(new Set(events.map(({ key }) => key)).size).toBe(3);
    expect(new Set(events.map(({ bodyHash }) => bodyHash)).size).toBe(3);
  });

  it('in which one change is not understood keeps the others', () => {
    const strange = { new: { ...example.newTip, type: 'bookmark' }, old: null };
    const readings = readAll(
      bitbucket,
      headersOf('repo:push'),
      example.pushOf(strange, { new: example.newTip }),
    );
    expect(readings.map(({ problem }) => problem)).toEqual([expect.stringMatching(/^ref: /), null]);
  });

  it('of more refs than can be confirmed at once is one dead letter', () => {
    const changes = Array.from({ length: 101 }, () => ({ new: example.newTip }));
    expect(read('repo:push', example.pushOf(...changes)).problem).toContain('101 changes');
  });

  it.each([example.pushOf(), { push: {} }, []])('without changes is a dead letter: %j', (payload) => {
    expect(read('repo:push', payload).problem).not.toBeNull();
  });
});

describe('a pull request', () => {
  const { pullrequest } = example.shortPullRequest;
  const hash = `d3022fc0ca3d${'6'.repeat(28)}`;
  const withCommit = (commit: unknown, more: object = {}) => ({
    ...example.shortPullRequest,
    pullrequest: { ...pullrequest, source: { ...pullrequest.source, commit, ...more } },
  });

  it.each([
    ['pullrequest:created', 'opened'],
    ['pullrequest:updated', 'updated'],
    ['pullrequest:fulfilled', 'merged'],
    ['pullrequest:rejected', 'closed'],
  ])('%s is %s', (name, action) => {
    expect(read(name, withCommit({ hash })).event).toMatchObject({
      kind: 'pull_request',
      subject: 'team_name/repo_name:pull/1',
      time: '2015-04-06T15:23:38.205Z',
      data: {
        action,
        number: 1,
        commit: hash,
        sourceRef: 'refs/heads/branch2',
        targetRef: 'refs/heads/master',
        fork: false,
        author: 'emmap1',
      },
    });
  });

  it('takes the whole commit id from a link', () => {
    const links = { html: { href: `https://bitbucket.org/team_name/repo_name/commits/${hash}` } };
    expect(
      read('pullrequest:created', withCommit({ hash: 'd3022fc0ca3d', links })).event.data['commit'],
    ).toBe(hash);
    const foreign = { self: { href: `https://bitbucket.org/a/b/commit/${'e'.repeat(40)}` } };
    const cut = { problem: null, event: { data: { commit: null, commitStart: 'd3022fc0ca3d' } } };
    expect(read('pullrequest:created', withCommit({ hash: 'd3022fc0ca3d', links: foreign }))).toMatchObject(
      cut,
    );
  });

  it('with a cut commit id alone has only its beginning', () => {
    const { problem, event } = read('pullrequest:created', example.shortPullRequest);
    const { hash: commitStart } = pullrequest.source.commit;
    expect([problem, event.data]).toMatchObject([null, { commit: null, commitStart }]);
  });

  it.each(['d3022fc', 'HEAD~1', '--upload-pack=x'])('with %s for a commit is a dead letter', (bad) => {
    expect(read('pullrequest:created', withCommit({ hash: bad })).problem).toContain('commit');
  });

  it.each([{ full_name: 'mallory/repo_name' }, null])('of the repository %j is from a fork', (repository) => {
    const payload = withCommit({ hash }, { repository });
    expect(read('pullrequest:created', payload).event.data['fork']).toBe(true);
  });
});

it.each(['repo:commit_status_created', 'repo:commit_status_updated'])('%s is a run of CI', (name) => {
  expect(read(name, example.commitStatus).event).toMatchObject({
    kind: 'ci_run',
    subject: 'team_name/repo_name:ci/bitbucket',
    data: {
      runId: 'mybuildtool',
      name: 'Unit Tests (Python)',
      status: 'inprogress',
      commit: '9fec847784abb10b2fa567ee63b85bd238955d0e',
    },
  });
});

describe('of Data Center', () => {
  const readHere = (name: string, payload: unknown) =>
    readOne(bitbucket, { 'x-event-key': name, 'x-request-id': 'd-1' }, payload);

  it('a push of branches and tags is read', () => {
    expect(readHere('repo:refs_changed', example.refsChanged).event).toMatchObject({
      deliveryId: 'd-1',
      kind: 'push',
      subject: 'PROJ/repository:refs/heads/master',
      time: '2017-09-18T23:45:32.000Z',
      data: {
        commit: '178864a7d521b6f5e720b386b2c2b0ef8563e0dc',
        previousCommit: 'ecddabb624f6f5ba43816f5926e580a5f680a932',
        author: 'admin',
      },
    });
    const ref = { id: 'refs/tags/v1', type: 'TAG' };
    const tag = { ...example.refsChanged, changes: [{ ref, fromHash: 'a'.repeat(40), toHash: zeros }] };
    expect(readHere('repo:refs_changed', tag).event).toMatchObject({ kind: 'tag', data: { deleted: true } });
  });

  it.each([
    ['pr:opened', 'opened'],
    ['pr:from_ref_updated', 'updated'],
    ['pr:merged', 'merged'],
    ['pr:declined', 'closed'],
  ])('%s is a pull request that is %s', (name, action) => {
    expect(readHere(name, example.dataCenterPullRequest).event).toMatchObject({
      kind: 'pull_request',
      data: {
        repository: 'PROJ/repository',
        action,
        commit: 'ef8755f06ee4b28c96a847a95cb8ec8ed6ddd1ca',
        fork: false,
      },
    });
  });
});

it.each(['repo:fork', 'pullrequest:approved', 'issue:created', 'diagnostics:ping', 'pr:reviewer:approved'])(
  'records %s as custom',
  (name) => {
    const { event, problem } = read(name, { repository: { full_name: 'acme/shop' } });
    expect(problem).toBeNull();
    expect(event).toMatchObject({ kind: 'custom', subject: 'acme/shop', data: { event: name } });
  },
);

const { pullrequest } = example.shortPullRequest;
const source = { ...pullrequest.source, commit: { ...pullrequest.source.commit, hash: 'a'.repeat(40) } };
hostile(bitbucket, [
  {
    name: 'push',
    headers: { ...headersOf('repo:push'), 'x-hub-signature': `sha256=${'ab'.repeat(32)}` },
    payload: example.pushOf({ new: example.newTip, old: example.oldTip }, { new: example.tagTip }),
  },
  {
    name: 'pull request',
    headers: headersOf('pullrequest:created'),
    payload: { ...example.shortPullRequest, pullrequest: { ...pullrequest, source } },
  },
  { name: 'status', headers: headersOf('repo:commit_status_created'), payload: example.commitStatus },
  { name: 'refs changed', headers: headersOf('repo:refs_changed'), payload: example.refsChanged },
  { name: 'pull request here', headers: headersOf('pr:opened'), payload: example.dataCenterPullRequest },
]);
