import { SagalineError } from '../../../src/domain/errors';
import type { Headers, Source } from '../../../src/adapters/sources/source';

const secrets = ['an-older-secret', 'ünique secret: with a colon'];
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
/** As Node hands a header over: each byte is one character. */
const asHeader = (text: string) => Buffer.from(text).toString('latin1');

/** Registers tests that a source takes its secrets in Authorization, and nothing that is almost one. */
export function authorized(source: Source): void {
  const verify = (headers: Headers, given: readonly string[] = secrets) => {
    source.verify({ headers, body: Buffer.from('{}'), receivedAt: '2026-01-02T03:04:05.000Z' }, given);
  };

  describe(`the secret of ${source.name}`, () => {
    it.each([
      ['the older one as bearer token', 'Bearer an-older-secret'],
      ['the scheme in any case', 'bearer an-older-secret'],
      ['a password', basic(`registry:${secrets[0]}`)],
      ['a password without a user', basic(`:${secrets[0]}`)],
      ['a password with a colon and more than ASCII', basic(`u:${secrets[1]}`)],
      ['a token with more than ASCII', asHeader(`Bearer ${secrets[1]}`)],
    ])('may be %s', (_, authorization) => {
      expect(() => {
        verify({ authorization });
      }).not.toThrow();
    });

    it.each([
      ['nothing', undefined],
      ['an empty header', ''],
      ['an empty token', 'Bearer '],
      ['an empty password', basic('user:')],
      ['no password', basic('an-older-secret')],
      ['its beginning', 'Bearer an-older'],
      ['more than it', 'Bearer an-older-secret2'],
      ['wrong in the first character', 'Bearer xn-older-secret'],
      ['wrong in the last character', 'Bearer an-older-secrex'],
      ['another case', 'Bearer AN-OLDER-SECRET'],
      ['the user instead of the password', basic('an-older-secret:x')],
      ['no base64', 'Basic an-older-secret'],
      ['two of them', ['Bearer an-older-secret', 'Bearer an-older-secret']],
    ])('is refused as %s', (_, authorization) => {
      expect(() => {
        verify({ authorization });
      }).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
    });

    it('is refused where none is set, whatever is sent, and told on nowhere', () => {
      for (const given of [[], ['']])
        for (const authorization of [undefined, '', 'Bearer ', basic(':'), 'Bearer x']) {
          expect(() => {
            verify({ authorization }, given);
          }).toThrow(SagalineError);
        }
      try {
        verify({ authorization: 'Bearer wrong' });
      } catch (error) {
        expect((error as SagalineError).detail).not.toMatch(/older|wrong/);
      }
    });
  });
}
