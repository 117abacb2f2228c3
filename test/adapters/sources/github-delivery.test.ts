import { github } from '../../../src/adapters/sources/github';
import { sha256Hex } from '../../../src/domain/identity';
import { pushPayload } from '../../gateway/payloads';
import { readOne, receivedAt } from './reading';

const headersOf = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });
const read = (name: string, payload: unknown) => readOne(github, headersOf(name), payload);

describe('a form', () => {
  const formHeaders = {
    'x-github-event': 'push',
    'x-github-delivery': 'd-1',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const readForm = (body: string) =>
    github.read({ headers: formHeaders, body: Buffer.from(body), receivedAt })[0];
  const payload = encodeURIComponent(JSON.stringify(pushPayload()));

  it('holds the same event, under the hash of what was signed', () => {
    expect(readForm(`payload=${payload}`)?.event).toEqual({
      ...read('push', pushPayload()).event,
      bodyHash: sha256Hex(`payload=${payload}`),
    });
  });

  it.each(['', 'other=1', 'payload=%7B', 'payload=%ff', `payload=${payload}&payload=${payload}`])(
    '%# is refused',
    (body) => {
      expect(() => readForm(body)).toThrow(expect.objectContaining({ code: 'Malformed' }));
    },
  );

  it('may write a space as a plus', () => {
    const spaced = payload.replaceAll('%20', '+');
    expect(spaced).toContain('Offer+discounts');
    expect(readForm(`payload=${spaced}`)?.event.data['message']).toBe('Offer discounts');
  });

  it('that is not understood is kept as the JSON in it', () => {
    expect(readForm('payload=%7B%22a%22%3A1%7D')?.event.data['body']).toBe('{"a":1}');
  });
});

it.each(['x-gitea-event', 'x-forgejo-event'])('says where a delivery with %s belongs', (header) => {
  const delivery = {
    headers: { 'x-github-event': 'push', [header]: 'push' },
    body: Buffer.from('{}'),
    receivedAt,
  };
  expect(() => {
    github.verify(delivery, ['a secret']);
  }).toThrow(expect.objectContaining({ code: 'Malformed', detail: expect.stringContaining('/hooks/gitea') }));
});
