import { createHash } from 'node:crypto';

/**
 * SHA-256 of a signed body in hex, by which the same body under another delivery id is known again. Each of several
 * events in one body has a hash of its own, so that none passes for another.
 */
export function bodyHash(body: Buffer, at?: number): string {
  const hash = createHash('sha256').update(body);
  return (at === undefined ? hash : hash.update(`\n${String(at)}`)).digest('hex');
}
