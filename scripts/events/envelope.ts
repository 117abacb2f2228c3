import type { EventType, JsonSchema } from './incoming';

/** The attributes of a CloudEvent 1.0 in structured mode. */
export const envelope: JsonSchema = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      description: 'The same for every repetition of one event.',
    },
    source: { type: 'string', minLength: 1, maxLength: 1024, description: 'Who says it.' },
    type: { type: 'string' },
    subject: { type: 'string', description: 'What it is about.' },
    time: { type: 'string', format: 'date-time', description: 'When it happened.' },
    datacontenttype: { type: 'string' },
    data: {},
  },
};

/** A whole event as an example. */
export function exampleOf({ type, example }: EventType, source: string): Record<string, unknown> {
  const time = '2026-11-21T09:00:00.000Z';
  const attributes = { specversion: '1.0', id: '7d1c4a52', source, type, time };
  return { ...attributes, datacontenttype: 'application/json', data: example };
}
