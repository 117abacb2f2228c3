import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SagalineError } from '../../domain/errors';

/** SHA-256 of a file's content, as a Buffer. */
export async function hashFile(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest();
}

/** The digest `sha256:<hex>` of a hash. */
export const digestOf = (hash: Buffer): string => `sha256:${hash.toString('hex')}`;

/** The hex part of a digest; throws Malformed for anything else. */
export function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (!hex) throw new SagalineError('Malformed', `not a digest: ${digest}`);
  return hex;
}
