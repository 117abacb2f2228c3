import fc from 'fast-check';
import { SagalineError } from '../../../src/domain/errors';
import { eventSchema, maxEventBytes } from '../../../src/domain/event';
import { eventKey, sha256Hex } from '../../../src/domain/identity';
import { github } from '../../../src/adapters/sources/github';
import { hasHmacSha256 } from '../../../src/adapters/sources/signature';
import { mainCommit, pathsOf, pullPayload, pushPayload, withValue } from '../../gateway/payloads';

const receivedAt = '2026-01-02T03:04:05.000Z';

function read(name: string, payload: unknown) {
  const body = Buffer.from(JSON.stringify(payload));
  const headers = { 'x-github-event': name, 'x-github-delivery': 'd-1' };
  const [reading] = github.read({ headers, body, receivedAt });
  if (!reading) throw new Error('no event was read');
  return reading;
}

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

it.each(['ping', 'release', 'workflow_run', 'star'])('records %s as custom', (name) => {
  const { event, problem } = read(name, { zen: 'Keep it simple', repository: { full_name: 'acme/shop' } });
  expect(problem).toBeNull();
  expect(event).toMatchObject({ kind: 'custom', data: { event: name, repository: 'acme/shop' } });
});

describe('any shape', () => {
  /** Whatever comes is one event of bounded size, or a named refusal. */
  function survives(name: string, payload: unknown): void {
    try {
      const { event } = read(name, payload);
      expect(eventSchema.safeParse(event).success).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(maxEventBytes);
    } catch (error) {
      expect(error).toBeInstanceOf(SagalineError);
      expect((error as SagalineError).row.status).toBeLessThan(500);
    }
  }

  const examples = {
    push: pushPayload(),
    pull_request: pullPayload(),
    create: { ref: 'v1', ref_type: 'tag' },
  };

  it.each(Object.entries(examples))(
    'of %s, with each field removed, nulled and retyped in turn',
    (name, payload) => {
      for (const path of pathsOf(payload)) {
        for (const value of [
          undefined,
          null,
          0,
          -1,
          Number.MAX_VALUE,
          true,
          '',
          'x'.repeat(100_000),
          '\u0000',
          [],
          {},
          [[]],
        ]) {
          survives(name, withValue(payload, path, value) ?? null);
        }
      }
    },
  );

  it('of generated JSON', () => {
    const name = fc.constantFrom('push', 'pull_request', 'create', 'delete', 'ping');
    fc.assert(fc.property(name, fc.jsonValue({ depthSize: 'large' }), survives));
  });

  it('with keys of prototypes leaves them behind', () => {
    const payload = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as object;
    survives('push', { ...pushPayload(), ...payload });
    survives('ping', payload);
    expect({}).not.toHaveProperty('polluted');
  });
});
