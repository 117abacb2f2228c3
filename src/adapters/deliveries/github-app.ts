import { createPrivateKey, sign } from 'node:crypto';
import { SagalineError } from '../../domain/errors';

/** Seconds for which a token holds: GitHub takes ten minutes at most, and clocks differ. */
const validSeconds = 8 * 60;
const clockSeconds = 60;

/** What a GitHub App proves itself by, at `now` in ms since 1970. Throws InvalidConfiguration for what is no RSA key. */
export function appToken(app: string, privateKey: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const claims = { iat: seconds - clockSeconds, exp: seconds + validSeconds, iss: app };
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encoded).join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), keyOf(privateKey)).toString('base64url')}`;
}

function keyOf(text: string) {
  try {
    // A variable often holds the line breaks of a key as \n.
    const key = createPrivateKey(text.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What the parser says could repeat a part of the key.
  }
  throw new SagalineError('InvalidConfiguration', 'the credential of a GitHub App must be its private key');
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
