import { standard } from '../../../src/adapters/sources/standard';
import { eventKey } from '../../../src/domain/identity';
import { hostile } from './hostile';
import { bodyOf, readOne, receivedAt, verdict } from './reading';
import { standardHeaders } from './standard-signing';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const body = '{"test": 2432232314}';
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const seconds = 1_614_265_330;
const at = (later: number) => new Date((seconds + later) * 1000).toISOString();
const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
const verify = (change: object = {}, secrets = [secret], later = 0, content = body) =>
  verdict(standard, { ...headers, ...change }, content, secrets, at(later));

describe("the specification's example", () => {
  it('is authentic', () => {
    expect(verify()).toBe('authentic');
  });

  it.each([
    ['of another body', {}, [secret], 0, '{"test": 2432232315}'],
    ['of a body with a space more', {}, [secret], 0, `${body} `],
    ['of another id', { 'webhook-id': 'msg_other' }],
    ['of another time', { 'webhook-timestamp': String(seconds + 1) }],
    ['of another secret', {}, ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']],
    ['without secrets', {}, []],
    ['without an id', { 'webhook-id': undefined }],
    ['with two ids', { 'webhook-id': [id, id] }],
    ['without a time', { 'webhook-timestamp': undefined }],
    ['with a time that is no number', { 'webhook-timestamp': `${String(seconds)}.0` }],
    ['with a negative time', { 'webhook-timestamp': `-${String(seconds)}` }],
    ['without a signature', { 'webhook-signature': undefined }],
    ['with an empty signature', { 'webhook-signature': '' }],
    ['with the version alone', { 'webhook-signature': 'v1,' }],
    ['without the version', { 'webhook-signature': signature.slice(3) }],
    ['of another version', { 'webhook-signature': signature.replace('v1', 'v2') }],
    ['with its first byte only', { 'webhook-signature': 'v1,gw==' }],
    ['wrong in the first byte', { 'webhook-signature': signature.replace('v1,g0', 'v1,h0') }],
    ['wrong in the last byte', { 'webhook-signature': signature.replace('1OE=', '1OI=') }],
    ['with a digest that is too long', { 'webhook-signature': `${signature}AAAA` }],
    ['with a list by commas', { 'webhook-signature': `${signature},${signature}` }],
  ] as [string, object, string[]?, number?, string?][])('%s is refused', (_, change, ...more) => {
    expect(verify(change, ...more)).toBe('Unauthenticated');
  });

  it.each([300, -300])('is authentic %d seconds later', (later) => {
    expect(verify({}, [secret], later)).toBe('authentic');
  });

  it.each([301, -301, 86_400])('is refused %d seconds later', (later) => {
    expect(verify({}, [secret], later)).toBe('Unauthenticated');
  });
});

describe('several', () => {
  const other = `v1,${'A'.repeat(43)}=`;

  it.each([`${other} ${signature}`, `${signature} ${other}`, `v1a,x ${signature}`, `  ${signature}`])(
    'signatures count when one is right: %s',
    (list) => {
      expect(verify({ 'webhook-signature': list })).toBe('authentic');
    },
  );

  it('secrets count while one is replaced by another', () => {
    expect(verify({}, ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', secret])).toBe('authentic');
  });
});

describe('a secret', () => {
  it('may lack its prefix', () => {
    expect(verify({}, [secret.slice('whsec_'.length)])).toBe('authentic');
  });

  it.each(['', 'whsec_', 'whsec_!!!!', 'a secret of the tests'])(
    '%j has no key that could be guessed',
    (bad) => {
      const given = standardHeaders(bad, body, { id, seconds });
      expect(verdict(standard, given, body, [bad], at(0))).toBe('Unauthenticated');
    },
  );
});

describe('a message', () => {
  const read = (payload: unknown) => readOne(standard, { 'webhook-id': 'msg_1' }, payload);

  it('of any type is recorded with what it says', () => {
    const payload = { type: 'invoice.paid', timestamp: '2026-01-01T10:00:00Z', data: { amount: 7 } };
    expect(read(payload)).toEqual({
      problem: null,
      event: {
        key: eventKey('standard', 'msg_1'),
        bodyHash: '',
        deliveryId: 'msg_1',
        source: 'standard',
        subject: 'custom',
        kind: 'custom',
        time: '2026-01-01T10:00:00.000Z',
        receivedAt,
        data: { event: 'invoice.paid', data: { amount: 7 } },
      },
    });
  });

  it('about a repository is of its subject', () => {
    const { event } = read({ type: 'cache.warm', data: { repository: 'acme/shop' } });
    expect(event).toMatchObject({ subject: 'acme/shop', data: { repository: 'acme/shop' } });
    expect(read({ type: 'cache.warm', data: { repository: '../../etc' } }).event.subject).toBe('custom');
  });

  it("of one of the platform's own types is of that kind", () => {
    const data = { system: 'jenkins', runId: '7', status: 'success', repository: 'acme/shop', extra: 1 };
    expect(read({ type: 'dev.sagaline.ci_run', data })).toMatchObject({
      problem: null,
      event: { kind: 'ci_run', subject: 'acme/shop:ci/jenkins' },
    });
  });

  it.each([
    ['without a type', { data: {} }, /^type: is missing/],
    ['that starts a run by hand', { type: 'dev.sagaline.manual', data: {} }, /POST \/runs/],
    ['of a kind that is not known', { type: 'dev.sagaline.deploy', data: {} }, /known are/],
    ['of a kind without its fields', { type: 'dev.sagaline.push', data: {} }, /^repository: is missing/],
    ['that is too large', { type: 'a', data: 'x'.repeat(40_000) }, /bytes/],
    ['that is no object', [], /must be/],
  ])('%s is a dead letter', (_, payload, problem) => {
    expect(read(payload)).toMatchObject({
      event: { subject: 'dead-letter' },
      problem: expect.stringMatching(problem),
    });
  });

  it('that is no JSON is refused', () => {
    expect(() => standard.read({ headers, body: bodyOf('<xml/>'), receivedAt })).toThrow(
      expect.objectContaining({ code: 'Malformed' }),
    );
  });
});

hostile(standard, [
  { headers, payload: { type: 'a.b', timestamp: '2026-01-01T10:00:00Z', data: { repository: 'a/b', n: 1 } } },
  {
    name: 'own',
    headers,
    payload: { type: 'dev.sagaline.image', data: { repository: 'r/shop', digest: 'd' } },
  },
]);
