import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  dataSchemas,
  type EventData,
  type EventKind,
  eventKinds,
  eventSchema,
  type SagalineEvent,
} from '../../domain/event';
import { eventKey } from '../../domain/identity';
import { subjectOf } from '../../domain/subject';
import { CommandEnd, exitCodes, type Terminal } from '../terminal';

/** Source of an event that its file does not name. */
const source = 'simulated';

/** What a file must say; everything else of an event has a default. */
const briefSchema = eventSchema.partial().required({ kind: true, data: true }).strict();

/** Reads an event from a JSON file, in any form that the platform gives or takes. Throws CommandEnd with everything that is wrong. */
export function readEvent(file: string, terminal: Terminal): SagalineEvent {
  const path = resolve(terminal.folder, file);
  if (!existsSync(path)) throw new CommandEnd(exitCodes.usage, `There is no ${file}.`);
  const written = ownForm(parseJson(file, readFileSync(path, 'utf8')));
  const brief = briefSchema.safeParse(written);
  const kind = z.object({ kind: z.enum(eventKinds), data: z.unknown() }).safeParse(written);
  const data = kind.success ? dataSchemas[kind.data.kind].safeParse(kind.data.data) : undefined;
  const faults = [
    ...(brief.error?.issues ?? []).map((issue) => ({ path: issue.path, message: issue.message })),
    ...(data?.error?.issues ?? []).map((issue) => ({
      path: ['data', ...issue.path],
      message: issue.message,
    })),
  ].map((issue) => `${file}: ${[...issue.path].map(String).join('.') || 'the event'}: ${issue.message}`);
  if (!brief.success || !data?.success)
    throw new CommandEnd(exitCodes.usage, [...new Set(faults)].join('\n'));
  return complete(brief.data, data.data);
}

const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  type: z.string().transform((type) => type.replace(/^dev\.sagaline\./, '')),
  id: z.string().optional(),
  source: z.string().optional(),
  time: z.string().optional(),
  data: z.unknown(),
});

/** What `GET /events/<id>` adds to an event. */
const answerFields = ['id', 'status', 'decisions', 'links', 'inbox'];
const answerSchema = z.looseObject({ decisions: z.array(z.unknown()) });

/** A CloudEvent, and an answer of the control API, as `kind`, `data` and what else they say of the event. */
function ownForm(written: unknown): unknown {
  const { data: cloudEvent } = cloudEventSchema.safeParse(written);
  if (cloudEvent) {
    const { type: kind, id: deliveryId, source, time, data } = cloudEvent;
    return { ...defined({ deliveryId, source, time }), kind, data };
  }
  const { data: answer } = answerSchema.safeParse(written);
  if (!answer) return written;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !answerFields.includes(name)));
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandEnd(exitCodes.usage, `${file}: is not JSON: ${why}`);
  }
}

function complete(brief: z.infer<typeof briefSchema>, data: EventData): SagalineEvent {
  const now = new Date().toISOString();
  const { kind } = brief;
  const deliveryId = brief.deliveryId ?? 'simulated';
  return {
    source,
    deliveryId,
    key: eventKey(brief.source ?? source, deliveryId),
    bodyHash: '',
    subject: subjectOf<EventKind>(kind, data),
    time: now,
    receivedAt: now,
    ...defined(brief),
    kind,
    data: data as SagalineEvent['data'],
  };
}

/** Without the fields that are undefined. */
const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
