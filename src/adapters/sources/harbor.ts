import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import { authorization, credentials, isSecret } from './authorization';
import { idOf, readContents } from './contents';
import { isoOf, maxName, shown } from './fields';
import { harborContent, harborEvent, type HarborHappening } from './harbor-events';
import { validated } from './reading';
import type { Source } from './source';

/** Harbor's webhooks in both of its formats: https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/ */
export const harbor: Source = {
  name: 'harbor',
  maxBytes: 1024 * 1024,
  mediaTypes: ['application/json', 'application/cloudevents+json'],
  batched: true,

  verify({ headers }, secrets) {
    // Harbor sends what its field "Auth Header" holds, which need not name a scheme.
    if (!isSecret([authorization(headers), ...credentials(headers)], secrets))
      throw new SagalineError('Unauthenticated', 'Authorization holds no secret of this source');
  },

  read: (delivery) =>
    readContents(delivery, {
      source: 'harbor',
      name: 'event',
      list: happenings,
      read: ({ id, time, ...happening }) => ({ ...harborContent(happening), id, time }),
    }),
};

type Told = HarborHappening & { id: string; time: string | null };

const defaultFormat = z.object({
  type: z.string().min(1).max(maxName),
  occur_at: z.number(),
  operator: shown(maxName),
  event_data: z.unknown(),
});
const cloudEventFormat = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  type: z.string().min(1).max(maxName),
  time: shown(64),
  operator: shown(maxName),
  data: z.unknown(),
});

/** One for each artifact that an event names, and one for an event without any. */
function happenings(payload: unknown): Told[] {
  if (isCloudEvent(payload)) {
    const { id, type, time, operator, data } = validated(cloudEventFormat, payload);
    return harborEvent(type, operator, data).map((happening, at, { length }) => ({
      ...happening,
      id: length === 1 ? idOf(id) : idOf(id, at),
      time: time ?? null,
    }));
  }
  const { type, occur_at, operator, event_data } = validated(defaultFormat, payload);
  return harborEvent(type, operator, event_data).map((happening) => ({
    ...happening,
    // A delivery has no id in this format.
    id: idOf(type, happening.repository, happening.tag, happening.digest, occur_at),
    time: isoOf(occur_at * 1000),
  }));
}

const isCloudEvent = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'specversion' in payload;
