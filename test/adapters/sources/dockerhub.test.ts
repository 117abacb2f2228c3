import { dockerhub } from '../../../src/adapters/sources/dockerhub';
import { hostile } from './hostile';
import { authorized } from './tokens';

const receivedAt = '2026-01-02T03:04:05.000Z';

/** The example of Docker Hub's documentation, without the texts about the repository. */
const push = (change: object = {}) => ({
  callback_url:
    'https://registry.hub.docker.com/u/svendowideit/testhook/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/',
  push_data: { pushed_at: 1417566161, pusher: 'trustedbuilder', tag: 'latest', ...change },
  repository: {
    comment_count: 0,
    date_created: 1417494799,
    is_official: false,
    is_private: true,
    name: 'testhook',
    namespace: 'svendowideit',
    owner: 'svendowideit',
    repo_name: 'svendowideit/testhook',
    repo_url: 'https://registry.hub.docker.com/u/svendowideit/testhook/',
    status: 'Active',
  },
});

function read(payload: unknown) {
  const body = Buffer.from(JSON.stringify(payload));
  const [reading] = dockerhub.read({ headers: {}, body, receivedAt, query: { token: 'secret' } });
  return reading;
}

it('reads the documented push, of which the digest is not told', () => {
  const reading = read(push());
  expect(reading).toMatchObject({
    problem: null,
    event: {
      deliveryId: 'svendowideit/testhook|latest|1417566161',
      subject: 'svendowideit/testhook',
      kind: 'image',
      time: '2014-12-03T00:22:41.000Z',
      data: { repository: 'svendowideit/testhook', tag: 'latest', digest: null },
    },
  });
  expect(JSON.stringify(reading)).not.toContain('secret');
});

it('is one event when it comes again, and another one when the tag is pushed again', () => {
  const key = (change?: object) => read(push(change))?.event.key;
  expect(key()).toBe(key());
  expect(key({ pushed_at: 1417566162 })).not.toBe(key());
  expect(key({ tag: 'v1' })).not.toBe(key());
});

it('tells what is missing', () => {
  expect(read({ push_data: { tag: 'v1' } })?.problem).toMatch(/^push_data\.pushed_at: .*\nrepository: /);
});

describe('a token in the address', () => {
  const verify = (query: Record<string, string> | undefined, secrets = ['older', 'newer']) => {
    dockerhub.verify({ headers: {}, body: Buffer.from(''), receivedAt, ...(query && { query }) }, secrets);
  };

  it.each(['older', 'newer'])('may be %s', (token) => {
    expect(() => {
      verify({ token });
    }).not.toThrow();
  });

  it.each([
    [undefined],
    [{}],
    [{ token: '' }],
    [{ token: 'olde' }],
    [{ token: 'olderr' }],
    [{ secret: 'older' }],
  ])('is refused as %j', (query) => {
    expect(() => {
      verify(query);
    }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
    expect(() => {
      verify({ token: '' }, ['']);
    }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
  });
});

authorized(dockerhub);
hostile(dockerhub, [{ headers: {}, payload: push() }]);
