import { SagalineError } from '../../domain/errors';
import {
  dataSchemas,
  eventSchema,
  type EventKind,
  maxEventBytes,
  type SagalineEvent,
} from '../../domain/event';
import { eventKey } from '../../domain/identity';
import { formatPath } from '../../domain/problem';
import { schemaProblems } from '../../domain/schema-problems';
import { deadLetterSubject, subjectOf } from '../../domain/subject';
import type { z } from 'zod';
import { clean, cleanText, cut } from './text';

/** What is known of a delivery before its content is understood. */
export interface Envelope {
  source: string;
  deliveryId: string;
  /** SHA-256 of the signed body in hex; empty where the delivery id itself is authentic. */
  bodyHash: string;
  /** When it happened, in any notation of dates; anything else means that the time of acceptance counts. */
  time?: unknown;
  /** When the gateway accepted it, ISO 8601. */
  receivedAt: string;
}

/** An event to deliver; `problem` says why it is only a dead letter, or is null. */
export interface Reading {
  event: SagalineEvent;
  problem: string | null;
}

/** UTF-8 bytes of a dead letter's body that are kept. */
export const maxBodyBytes = 8 * 1024;

/** An event of that kind. Throws NotUnderstood, naming the fields, when its data is not valid or too large. */
export function understood(envelope: Envelope, kind: EventKind, data: unknown): Reading {
  // Cleaned afterwards: a ref with a NUL is to be refused, not to become another ref.
  const valid = validated(dataSchemas[kind], data);
  const kept = validated(eventSchema.shape.data, clean(valid));
  const event = assembled(envelope, kind, cleanText(subjectOf(kind, valid)), kept);
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > maxEventBytes) {
    const detail = `the reduced event has ${String(bytes)} bytes, at most ${String(maxEventBytes)} are kept`;
    throw new SagalineError('NotUnderstood', detail);
  }
  return { event, problem: null };
}

/** The dead letter of an authentic delivery, with the beginning of its body for the person who looks into it. */
export function deadLetter(envelope: Envelope, eventName: string, problem: string, body: Buffer): Reading {
  // Control characters take six bytes each in JSON and would break the event's limit.
  const text = body
    .subarray(0, maxBodyBytes)
    .toString('utf8')
    .replace(/\p{Cc}/gu, ' ');
  const data = {
    problem: cut(problem, 4096),
    eventName: cut(eventName, 256),
    body: cut(text, maxBodyBytes),
    complete: body.length <= maxBodyBytes,
  };
  return {
    event: assembled(envelope, 'custom', deadLetterSubject, validated(eventSchema.shape.data, clean(data))),
    problem: data.problem,
  };
}

/** Turns NotUnderstood of `read` into a dead letter; every other error passes. */
export function orDeadLetter(
  envelope: Envelope,
  eventName: string,
  body: Buffer,
  read: () => Reading,
): Reading {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'NotUnderstood') throw error;
    return deadLetter(envelope, eventName, error.detail, body);
  }
}

/** The value as the schema gives it back. Throws NotUnderstood with one line for every fault: `path: what is wrong`. */
export function validated<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = schemaProblems(schema, value, parsed.error).map(
    ({ path, message }) => `${formatPath(path) || 'data'}: ${message}`,
  );
  throw new SagalineError('NotUnderstood', cleanText(cut(lines.join('\n'), 2000)));
}

function assembled(
  { source, deliveryId, bodyHash, time, receivedAt }: Envelope,
  kind: EventKind,
  subject: string,
  data: SagalineEvent['data'],
): SagalineEvent {
  const key = eventKey(source, deliveryId);
  return {
    key,
    bodyHash,
    deliveryId,
    source,
    subject,
    kind,
    time: isoTime(time, receivedAt),
    receivedAt,
    data,
  };
}

function isoTime(time: unknown, otherwise: string): string {
  if (typeof time !== 'string') return otherwise;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? otherwise : date.toISOString();
}
