import { gitlab } from '../../../src/adapters/sources/gitlab';
import { eventKey, sha256Hex } from '../../../src/domain/identity';
import * as example from './examples/gitlab';
import { readOne, receivedAt, verdict } from './reading';
import { standardHeaders } from './standard-signing';

const headersOf = (hook: string) => ({ 'x-gitlab-event': hook, 'idempotency-key': 'key-1' });

describe('a token', () => {
  const secrets = ['an older token', 'a token', 'clé', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];

  it.each(['a token', 'an older token'])('%j of the secrets is enough', (token) => {
    expect(verdict(gitlab, { 'x-gitlab-token': token }, '{}', secrets)).toBe('authentic');
  });

  it('may have any letters', () => {
    const header = Buffer.from('clé').toString('latin1');
    expect(verdict(gitlab, { 'x-gitlab-token': header }, '{}', secrets)).toBe('authentic');
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of another hook', 'a tokem'],
    ['of a secret’s beginning', 'a toke'],
    ['longer than the secret', 'a token '],
    ['given twice', ['a token', 'a token']],
    ['that is a signing token, sent in clear', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ])('%s is refused', (_, token) => {
    expect(verdict(gitlab, { 'x-gitlab-token': token }, '{}', secrets)).toBe('Unauthenticated');
  });
});

describe('a signature', () => {
  const signing = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const seconds = new Date(receivedAt).getTime() / 1000;
  const signed = standardHeaders(signing, '{}', { id: 'key-1', seconds });

  it('is enough without a token', () => {
    expect(verdict(gitlab, signed, '{}', [signing])).toBe('authentic');
  });

  it.each([
    ['wrong', { ...signed, 'webhook-signature': `v1,${'A'.repeat(43)}=` }],
    ['of another time', { ...signed, 'webhook-timestamp': String(seconds - 1) }],
    ['old', standardHeaders(signing, '{}', { seconds: seconds - 301 })],
    ['of a token', standardHeaders('whsec_YSB0b2tlbg==', '{}', { seconds })],
    ['empty', { ...signed, 'webhook-signature': '' }],
  ])('%s is not made up for by a right token', (_, headers) => {
    const delivery = { ...headers, 'x-gitlab-token': 'a token' };
    expect(verdict(gitlab, delivery, '{}', [signing, 'a token'])).toBe('Unauthenticated');
  });

  it('makes its id count instead of the body', () => {
    const headers = { ...headersOf('Push Hook'), ...signed };
    const { event } = readOne(gitlab, headers, example.push);
    expect(event).toMatchObject({ deliveryId: 'key-1', bodyHash: '' });
  });
});

describe('a delivery without a signature', () => {
  it('is known by the key that stays over tries, and by its body', () => {
    const headers = { ...headersOf('Push Hook'), 'x-gitlab-webhook-uuid': 'u', 'x-gitlab-event-uuid': 'e' };
    expect(readOne(gitlab, headers, example.push).event).toMatchObject({
      key: eventKey('gitlab', 'key-1'),
      deliveryId: 'key-1',
      bodyHash: sha256Hex(JSON.stringify(example.push)),
    });
  });

  it('of an older GitLab is known by its own id', () => {
    const headers = {
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-webhook-uuid': 'u',
      'x-gitlab-event-uuid': 'e',
    };
    expect(readOne(gitlab, headers, example.push).event.deliveryId).toBe('u');
  });

  it.each([
    ['an id', { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': 'shared by all hooks of one push' }],
    ['an event', { 'idempotency-key': 'key-1' }],
  ])('needs %s', (_, headers) => {
    expect(() => readOne(gitlab, headers, example.push)).toThrow(
      expect.objectContaining({ code: 'Malformed' }),
    );
  });
});
