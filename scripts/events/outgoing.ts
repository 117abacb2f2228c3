import { cloudEventOf, vocabulary } from '../../src/domain/cdevents';
import { dataSchemaOf, type EventType, type JsonSchema } from './incoming';

/** Troubles of a run that the platform raises alerts for, by the name that each has. */
export const alertNames: Readonly<Record<string, string>> = {
  'canary-is-held': 'A canary has no verdict and waits for a person.',
  'undo-keeps-failing': 'A compensation keeps failing and the run waits for `resolve`.',
};

const repository = 'acme/shop';
const commit = '1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4';
const run = 'run:default:acme%2Fshop:deliver:0a1b2c3d';
const time = '2026-11-21T09:00:00.000Z';

/** Types of CDEvents that an `emit` step can name, such as `service.deployed`. */
export const cdEventTypes: readonly string[] = Object.entries(vocabulary)
  .flatMap(([subject, predicates]) => Object.keys(predicates).map((predicate) => `${subject}.${predicate}`))
  .sort();

const origin = { repository, commit, run, step: 'announce' };
const emitted = (type: string) =>
  cloudEventOf({
    ...{ id: 'b'.repeat(64), type, subject: 'shop', time, data: { environment: { id: 'production' } } },
    origin,
  });

const text: JsonSchema = { type: 'string' };
const described = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** `data` of every CDEvent. */
export const cdEventData: JsonSchema = described({
  context: {
    ...described({
      version: text,
      id: text,
      source: text,
      type: text,
      timestamp: { type: 'string', format: 'date-time' },
    }),
    description: 'As CDEvents defines it; `version` is that of its specification.',
  },
  subject: {
    ...described({ id: text, type: text, content: { type: 'object' } }),
    description: '`id` is the `subject` of the step, `content` its `data`.',
  },
  customData: {
    ...described({ repository: text, commit: text, run: text, step: text }),
    description: 'Where it was said.',
  },
  customDataContentType: text,
});

const messageData = described({ text: { type: 'string', description: 'What a person reads.' } });

/** What the platform says to its sinks of kind `cloudevents`, by name. */
export const outgoing = (): [string, EventType][] => [
  ...cdEventTypes.map((name): [string, EventType] => {
    const { type, data: example } = emitted(name);
    const description = `An \`emit\` step of type \`${name}\`.`;
    return [name, { type, description, data: cdEventData, example }];
  }),
  [
    'alert',
    {
      type: 'dev.sagaline.alert',
      description: 'A run needs somebody. Pipelines can listen to it, too.',
      data: dataSchemaOf('alert'),
      example: {
        ...{ status: 'firing', name: 'undo-keeps-failing', service: 'shop', environment: 'production' },
        ...{ severity: 'critical', startsAt: time },
        labels: { repository, run, step: 'migrate', text: 'the undo of migrate keeps failing: exit code 1' },
      },
    },
  ],
  [
    'message',
    {
      type: 'dev.sagaline.message',
      description: 'A `notify` step.',
      data: messageData,
      example: { text: 'shop 1.2.3 is live' },
    },
  ],
];
