import { CloudEvent, HTTP } from 'cloudevents';
import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import { depthAttribute } from '../../domain/own-sources';
import { formatPath } from '../../domain/problem';
import { foreignContent } from './foreign-types';
import { parseJson } from './json';
import { orDeadLetter, type Reading, understood } from './reading';
import { isOwnType, sendableKind } from './sendable';
import type { Delivery, Headers } from './source';
import { clean, cleanText } from './text';

/** Largest body of `POST /events` in bytes. */
export const maxCloudEventsBytes = 1024 * 1024;
/** Events in one batch: each is confirmed by Temporal before the batch is answered. */
const maxBatch = 100;

export type CloudEventsMode = 'binary' | 'structured' | 'batch';

/** How a media type carries CloudEvents; undefined when it does not. A binary event's data must be JSON. */
export function cloudEventsMode(mediaType: string): CloudEventsMode | undefined {
  if (mediaType === 'application/cloudevents-batch+json') return 'batch';
  if (mediaType === 'application/cloudevents+json') return 'structured';
  return /^application\/([\w.-]+\+)?json$/.test(mediaType) ? 'binary' : undefined;
}

/** Checked before the library reads an event, because it makes an id up, and a time, where there is none. */
const attributes = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(512),
  source: z.string().min(1).max(1024),
  type: z.string().min(1).max(256),
  time: z.iso.datetime({ offset: true }).optional(),
  // A header holds it as a text.
  [depthAttribute]: z.coerce.number().int().min(0).max(1000).optional(),
});

/** Reads the events of one request, in order. Throws Malformed when one is no CloudEvent 1.0. */
export function readCloudEvents(mode: CloudEventsMode, { headers, body, receivedAt }: Delivery): Reading[] {
  const content = body.length === 0 && mode === 'binary' ? {} : clean(parseJson(body));
  switch (mode) {
    case 'binary':
      return [reading({ ...binaryAttributes(headers), data: content }, receivedAt)];
    case 'structured':
      return [reading(content, receivedAt)];
    case 'batch':
      return batch(content).map((element) => reading(element, receivedAt));
  }
}

function batch(content: unknown): unknown[] {
  if (!Array.isArray(content)) throw new SagalineError('Malformed', 'a batch must be a JSON array');
  if (content.length > maxBatch)
    throw new SagalineError('TooLarge', `a batch may hold ${String(maxBatch)} events`);
  return content;
}

function binaryAttributes(headers: Headers): Record<string, unknown> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return Object.fromEntries(own.map(([name, value]) => [name.slice('ce-'.length), unescaped(value)]));
}

/**
 * An attribute out of its header, unquoted and percent-decoded as the HTTP binding has it. Not all senders encode, so that
 * a stray `%` stays one. Throws Malformed for encoded bytes that are no UTF-8.
 */
function unescaped(value: string | string[] | undefined): unknown {
  if (typeof value !== 'string') return value;
  const quoted = /^"(.*)"$/s.exec(value)?.[1];
  const text = quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1');
  if (/%(?![0-9a-f]{2})/i.test(text)) return text;
  try {
    return cleanText(decodeURIComponent(text));
  } catch (error) {
    throw malformed('a header has percent-encoded bytes that are no UTF-8', error);
  }
}

function reading(element: unknown, receivedAt: string): Reading {
  const { event, data } = cloudEvent(element);
  const { id, source, type, subject, time } = event;
  // No body hash: the token authenticates the whole request, so that two ids are two events.
  const envelope = { source, deliveryId: id, bodyHash: '', time, receivedAt };
  const found = orDeadLetter(envelope, type, Buffer.from(JSON.stringify(element)), () => {
    if (isOwnType(type)) return understood(envelope, sendableKind(source, type), data ?? {});
    const content = foreignContent({ source, type, subject, data });
    return understood({ ...envelope, time: time ?? content.time }, content.kind, content.data);
  });
  const depth = event[depthAttribute];
  return typeof depth === 'number' ? { ...found, event: { ...found.event, depth } } : found;
}

/** The event, and its data apart: the library loses `false`, 0 and empty texts. */
function cloudEvent(element: unknown): { event: CloudEvent<unknown>; data: unknown } {
  const parsed = attributes.safeParse(element);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${formatPath(path.map(String))}: ${message}`,
    );
    throw malformed(faults.join('; '));
  }
  const { data_base64: encoded, ...event } = parsed.data;
  const body = typeof encoded === 'string' ? { ...event, data: decoded(encoded) } : event;
  try {
    const event = HTTP.toEvent<unknown>({
      headers: { 'content-type': 'application/cloudevents+json' },
      body,
    });
    if (event instanceof CloudEvent && event.validate()) return { event, data: body['data'] };
  } catch (error) {
    throw malformed('an attribute has a name or a value that CloudEvents 1.0 does not allow', error);
  }
  throw malformed('it does not validate');
}

const decoded = (base64: string): unknown => clean(parseJson(Buffer.from(base64, 'base64')));

function malformed(why: string, cause?: unknown): SagalineError {
  return new SagalineError('Malformed', `not a CloudEvent 1.0: ${why}`, { cause });
}
