import { createHash, timingSafeEqual } from 'node:crypto';
import { SagalineError } from '../domain/errors';

/** Bytes of the hash that a cursor begins with. */
const checkBytes = 8;

/** The opaque cursor of a page token that belongs to a query. */
export function cursorOf(query: string, token: Uint8Array): string {
  return Buffer.concat([check(query, token), token]).toString('base64url');
}

/** The page token of a cursor; throws Malformed for one that is damaged or of another query, which Temporal would only call unavailable. */
export function tokenOf(query: string, cursor: string): Uint8Array {
  const bytes = Buffer.from(cursor, 'base64url');
  const token = bytes.subarray(checkBytes);
  const given = bytes.subarray(0, checkBytes);
  if (given.length === checkBytes && timingSafeEqual(given, check(query, token))) return token;
  throw new SagalineError('Malformed', 'the cursor is not one that this list with these filters gave');
}

/** A page of what a query found, which was asked for one more than `limit`, and the cursor of the next one; `placeOf` is where an item stands. */
export function pageOf<T>(
  query: string,
  found: readonly T[],
  limit: number,
  placeOf: (item: T) => unknown,
): { page: T[]; cursor: string | null } {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { page, cursor: last ? cursorOf(query, Buffer.from(JSON.stringify(placeOf(last)))) : null };
}

/** The place that a cursor of `pageOf` holds; undefined for the first page. Throws Malformed. */
export const placeIn = (query: string, cursor: string | undefined): unknown =>
  cursor === undefined ? undefined : JSON.parse(Buffer.from(tokenOf(query, cursor)).toString('utf8'));

function check(query: string, token: Uint8Array): Buffer {
  return createHash('sha256').update(query).update('\0').update(token).digest().subarray(0, checkBytes);
}
