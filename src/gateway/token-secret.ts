import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiToken, tokenText } from '../domain/api-token';

/** A new id with a secret of 256 bits, and the text that is sent as the bearer token. */
export function newTokenSecret(): { id: string; hash: string; text: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, hash: hashOf(secret).toString('hex'), text: tokenText(id, secret) };
}

/** Whether the secret is that of the token, told in constant time. */
export const isSecretOf = ({ hash }: Pick<ApiToken, 'hash'>, secret: string): boolean =>
  timingSafeEqual(Buffer.from(hash, 'hex'), hashOf(secret));

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
