import { ownSource } from '../../src/domain/cdevents';
import { envelope, exampleOf } from './envelope';
import { type EventType, incoming } from './incoming';
import { cdEventData, outgoing } from './outgoing';

const json = 'application/cloudevents+json';
const ref = (...parts: string[]) => ({ $ref: `#/${parts.join('/')}` });

/** The AsyncAPI 3.0 document of every event that the platform takes at `/events` and tells its sinks. */
export function asyncApi() {
  // Only the platform itself makes these.
  const taken = incoming().filter(([kind]) => kind !== 'manual');
  const said = outgoing();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Sagaline events',
      version: '1',
      description:
        'CloudEvents 1.0 over HTTP; docs/events.md says the same for people, docs/openapi.json how to send.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: json,
    channels: {
      events: channel('/events', 'Where senders post events.', names(taken, 'in')),
      sinks: channel(null, 'The url of each sink of kind cloudevents in sagaline.yaml.', names(said, 'out')),
    },
    operations: {
      take: operation('receive', 'events', 'One event, or a batch of at most 100.'),
      tell: operation('send', 'sinks', 'Sent again with the same id until it is answered with 2xx.'),
    },
    components: {
      messages: { ...messages(taken, 'in', '/ci'), ...messages(said, 'out', ownSource) },
      schemas: { Envelope: envelope, CDEvent: cdEventData } as Record<string, object>,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const nameOf = (direction: string, name: string): string => `${direction}-${name.replaceAll('.', '-')}`;

const names = (events: readonly [string, EventType][], direction: string): string[] =>
  events.map(([name]) => nameOf(direction, name));

function channel(address: string | null, description: string, messageNames: string[]) {
  const entries = messageNames.map((name) => [name, ref('components', 'messages', name)]);
  return { address, description, messages: Object.fromEntries(entries) as Record<string, { $ref: string }> };
}

function operation(action: 'receive' | 'send', channelName: string, summary: string) {
  return {
    action,
    channel: ref('channels', channelName),
    summary,
    security: [ref('components', 'securitySchemes', 'token')],
    bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
  };
}

function messages(events: readonly [string, EventType][], direction: string, source: string) {
  const entries = events.map(([name, event]) => [
    nameOf(direction, name),
    {
      name: event.type,
      summary: event.description,
      contentType: json,
      payload: payloadOf(event),

      examples: [{ payload: exampleOf(event, source) }],
    },
  ]);
  return Object.fromEntries(entries) as Record<string, { payload: object; examples: { payload: object }[] }>;
}

function payloadOf({ type, data }: EventType) {
  const own = data === cdEventData ? ref('components', 'schemas', 'CDEvent') : data;
  return {
    allOf: [ref('components', 'schemas', 'Envelope')],
    properties: { type: { const: type }, data: own },
  };
}
