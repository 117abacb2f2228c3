import type { Reading } from '../../../src/adapters/sources/reading';
import type { Headers, Source } from '../../../src/adapters/sources/source';

export const receivedAt = '2026-01-02T03:04:05.000Z';

export const bodyOf = (payload: unknown): Buffer =>
  Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));

/** What a source reads of a delivery. */
export const readAll = (source: Source, headers: Headers, payload: unknown): Reading[] =>
  source.read({ headers, body: bodyOf(payload), receivedAt });

/** The one event of a delivery. */
export function readOne(source: Source, headers: Headers, payload: unknown): Reading {
  const [reading, ...more] = readAll(source, headers, payload);
  if (!reading || more.length > 0) throw new Error('not one event was read');
  return reading;
}

/** Whether a source takes a delivery for authentic; the code of its refusal otherwise. */
export function verdict(
  source: Source,
  headers: Headers,
  payload: unknown,
  secrets: readonly string[],
  at = receivedAt,
): string {
  try {
    source.verify({ headers, body: bodyOf(payload), receivedAt: at }, secrets);
    return 'authentic';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
