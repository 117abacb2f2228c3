import { createHash } from 'node:crypto';
import { SagalineError } from '../../domain/errors';
import type { Read } from './fields';
import { bodyHash } from './body-hash';
import { parseJson } from './json';
import { deadLetter, type Envelope, orDeadLetter, type Reading, understood } from './reading';
import type { Delivery } from './source';
import { cleanText } from './text';

/** Happenings that are read of one delivery: each is confirmed by Temporal before the delivery is answered. */
export const maxHappenings = 100;

/** What is read of one happening, before validation. */
export interface Content extends Read {
  /** What tells it from every other one of its source, and is the same when it is told again. */
  id: string;
}

/** How a delivery is read that tells of any number of happenings. */
interface Listed<T> {
  source: string;
  /** What the sender calls its happenings, for the dead letter of one that is not understood. */
  name: string;
  /** Whether the body's hash tells a replay, because the sender's ids are not authentic. */
  hashed?: boolean;
  /** What a dead letter keeps of a delivery that is not understood; the body where it is absent. */
  kept?: Buffer;
  /** The happenings that the delivery tells of. Throws NotUnderstood. */
  list: () => T[];
  /** Throws NotUnderstood naming the field that is missing or of a wrong type. */
  read: (happening: T) => Content;
}

/** Reads the JSON of a delivery whose ids are authentic, as `readListed` does. */
export function readContents<T>(
  delivery: Delivery,
  { list, ...how }: Omit<Listed<T>, 'list'> & { list: (payload: unknown) => T[] },
): Reading[] {
  const payload = parseJson(delivery.body);
  return readListed(delivery, { ...how, list: () => list(payload) });
}

/** Reads each happening on its own, so that one that is not understood costs no other; told twice, it is one. */
export function readListed<T>(
  { body, receivedAt }: Delivery,
  { source, name, hashed = false, kept = body, list, read }: Listed<T>,
): Reading[] {
  const envelope = (deliveryId: string, at?: number): Envelope => ({
    ...{ source, deliveryId, receivedAt },
    bodyHash: hashed ? bodyHash(body, at) : '',
  });
  const listed = orProblem(list);
  if (typeof listed === 'string') return [deadLetter(envelope(digest(body)), name, listed, kept)];
  const readings = listed.slice(0, maxHappenings).map((happening, at) => {
    const text = textOf(happening);
    return orDeadLetter(envelope(digest(text), at), name, text, () => {
      const { id, time, kind, data } = read(happening);
      return understood({ ...envelope(id, at), time }, kind, data);
    });
  });
  const unread = listed.slice(maxHappenings);
  if (unread.length > 0) {
    const text = textOf(unread);
    const problem = `the delivery tells of ${String(listed.length)} happenings: the first ${String(maxHappenings)} are read, these not`;
    readings.push(deadLetter(envelope(digest(text), maxHappenings), name, problem, text));
  }
  return [...new Map(readings.map((reading) => [reading.event.key, reading])).values()];
}

const textOf = (happening: unknown): Buffer =>
  Buffer.from((JSON.stringify(happening) as string | undefined) ?? 'null');

function orProblem<T>(list: () => T[]): T[] | string {
  try {
    return list();
  } catch (error) {
    if (error instanceof SagalineError && error.code === 'NotUnderstood') return error.detail;
    throw error;
  }
}

/** An id made of what makes a happening unique; readable where that is short. */
export function idOf(...parts: (string | number | null | undefined)[]): string {
  const id = cleanText(parts.map((part) => String(part ?? '')).join('|'));
  return id.length <= 200 ? id : digest(id);
}

const digest = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');
