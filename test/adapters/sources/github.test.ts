import { eventKey, sha256Hex } from '../../../src/domain/identity';
import { github } from '../../../src/adapters/sources/github';
import { hasHmacSha256 } from '../../../src/adapters/sources/signature';
import { mainCommit, pullPayload, pushPayload } from '../../gateway/payloads';
import { hostile } from './hostile';
import { readOne, receivedAt } from './reading';

const headersOf = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });
const read = (name: string, payload: unknown) => readOne(github, headersOf(name), payload);

const zeros = '0'.repeat(40);

it("verifies GitHub's documented example", () => {
  const body = Buffer.from('Hello, World!');
  const hex = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  expect(hasHmacSha256(body, hex, ["It's a Secret to Everybody"])).toBe(true);
  expect(hasHmacSha256(body, hex, ["It's a secret to everybody"])).toBe(false);
  expect(hasHmacSha256(body, hex, [])).toBe(false);
});

describe('a push', () => {
  it('becomes an event with all that is known of it', () => {
    const payload = pushPayload();
    const { event, problem } = read('push', payload);
    expect(problem).toBeNull();
    expect(event).toEqual({
      key: eventKey('github', 'd-1'),
      bodyHash: sha256Hex(JSON.stringify(payload)),
      deliveryId: 'd-1',
      source: 'github',
      subject: 'acme/shop:refs/heads/main',
      kind: 'push',
      time: '2026-01-01T00:00:00.000Z',
      receivedAt,
      data: {
        repository: 'acme/shop',
        cloneUrl: 'https://git.example/acme/shop.git',
        ref: 'refs/heads/main',
        commit: mainCommit,
        previousCommit: null,
        deleted: false,
        created: true,
        author: 'ada',
        message: 'Offer discounts',
      },
    });
  });

  it('that deletes its ref has no commit', () => {
    const gone = { before: mainCommit, after: zeros, deleted: true, created: false, head_commit: null };
    expect(read('push', pushPayload(gone)).event.data).toMatchObject({
      commit: null,
      previousCommit: mainCommit,
      deleted: true,
      message: null,
    });
  });

  it('of a tag keeps the whole ref', () => {
    expect(read('push', pushPayload({ ref: 'refs/tags/v1' })).event).toMatchObject({
      kind: 'push',
      subject: 'acme/shop:refs/tags/v1',
    });
  });

  it('has its message cut between characters', () => {
    const message = `a${'😀'.repeat(5000)}`;
    const { event } = read('push', pushPayload({ head_commit: { message } }));
    expect(event.data['message']).toBe(`a${'😀'.repeat(511)}`);
  });

  it('loses NUL and lone surrogates of its texts', () => {
    const { event } = read('push', pushPayload({ head_commit: { message: 'a\u0000b\ud800' } }));
    expect(event.data['message']).toBe('ab\ufffd');
  });

  it('with a NUL in its ref is refused, not taken for another ref', () => {
    expect(read('push', pushPayload({ ref: 'refs/heads/ma\u0000in' })).problem).toMatch(/^ref: /);
  });

  it('names the field that is missing or wrong', () => {
    expect(read('push', pushPayload({ after: undefined })).problem).toMatch(/^after: is missing/);
    expect(read('push', pushPayload({ repository: 5 })).problem).toBe('repository: must be a map of fields');
    expect(read('push', pushPayload({ repository: { full_name: '../../etc' } })).problem).toMatch(
      /^repository: /,
    );
  });
});

describe('creation and deletion', () => {
  it.each([
    ['create', false],
    ['delete', true],
  ])('%s of a tag is a tag', (name, deleted) => {
    const payload = { ref: 'v1', ref_type: 'tag', repository: { full_name: 'acme/shop' } };
    expect(read(name, payload).event).toMatchObject({
      kind: 'tag',
      subject: 'acme/shop:refs/tags/v1',
      data: { repository: 'acme/shop', ref: 'refs/tags/v1', commit: null, deleted },
    });
  });

  it.each(['create', 'delete'])('%s of a branch is recorded only: its push is the event', (name) => {
    const payload = { ref: 'feature', ref_type: 'branch', repository: { full_name: 'acme/shop' } };
    const { event } = read(name, payload);
    expect(event).toMatchObject({ kind: 'custom', subject: 'acme/shop' });
    expect(event.data).not.toHaveProperty('ref');
  });
});

describe('a pull request', () => {
  it.each([
    ['opened', 'opened'],
    ['reopened', 'opened'],
    ['synchronize', 'updated'],
    ['edited', 'updated'],
    ['closed', 'closed'],
  ])('%s is %s', (action, expected) => {
    expect(read('pull_request', pullPayload({ action })).event).toMatchObject({
      kind: 'pull_request',
      subject: 'acme/shop:pull/7',
      time: '2026-01-01T10:00:00.000Z',
      data: {
        repository: 'acme/shop',
        action: expected,
        number: 7,
        commit: mainCommit,
        sourceRef: 'refs/heads/feature',
        targetRef: 'refs/heads/main',
        fork: false,
        title: 'Add offers',
        author: 'ada',
      },
    });
  });

  it('closed by a merge is merged', () => {
    const payload = pullPayload({ action: 'closed' }, { merged: true });
    expect(read('pull_request', payload).event.data['action']).toBe('merged');
  });

  it.each([{ full_name: 'mallory/shop' }, null])('of the repository %j is from a fork', (repo) => {
    const head = { ref: 'feature', sha: mainCommit, repo };
    expect(read('pull_request', pullPayload({}, { head })).event.data['fork']).toBe(true);
  });

  it('with any other action is recorded only', () => {
    expect(read('pull_request', pullPayload({ action: 'labeled' })).event).toMatchObject({
      kind: 'custom',
      subject: 'acme/shop',
      data: { event: 'pull_request', action: 'labeled' },
    });
  });
});

it.each(['ping', 'star', 'projects_v2_item'])('records %s as custom', (name) => {
  const { event, problem } = read(name, { zen: 'Keep it simple', repository: { full_name: 'acme/shop' } });
  expect(problem).toBeNull();
  expect(event).toMatchObject({ kind: 'custom', data: { event: name, repository: 'acme/shop' } });
});

const own = { full_name: 'acme/shop' };

describe('a release', () => {
  const payload = (change: object = {}, action = 'published') => ({
    action,
    repository: own,
    sender: { login: 'ada' },
    release: { tag_name: 'v1', name: 'First', draft: false, prerelease: true, ...change },
  });

  it('is recorded with the ref of its tag, so that a run builds the tag', () => {
    expect(read('release', payload()).event).toMatchObject({
      kind: 'custom',
      subject: 'acme/shop',
      data: { event: 'release', action: 'published', tag: 'v1', ref: 'refs/tags/v1', prerelease: true },
    });
  });

  it.each([
    ['of a draft', payload({ draft: true })],
    ['that is gone', payload({}, 'deleted')],
    ['of a tag that a shell would read', payload({ tag_name: '$(id)' })],
  ])('%s has no ref', (_, given) => {
    expect(read('release', given).event.data).not.toHaveProperty('ref');
  });
});

const delivery = (name: string, payload: unknown) => ({
  name,
  headers: {
    'x-github-event': name,
    'x-github-delivery': 'd-1',
    'x-hub-signature-256': `sha256=${'ab'.repeat(32)}`,
    'content-type': 'application/json',
  },
  payload,
});
hostile(github, [
  delivery('push', pushPayload()),
  delivery('pull_request', pullPayload()),
  delivery('create', { ref: 'v1', ref_type: 'tag', repository: own }),
  delivery('ping', { zen: 'Keep it simple', repository: own }),
  delivery('release', { action: 'published', repository: own, release: { tag_name: 'v1', draft: false } }),
]);
