import { ownSource } from '../../src/domain/cdevents';
import { exampleOf } from './envelope';
import { type EventType, incoming, type JsonSchema } from './incoming';
import { alertNames, cdEventTypes, outgoing } from './outgoing';

const row = (...cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** docs/events.md: every event in and out, for people. */
export function eventsDoc(): string {
  const said = new Map(outgoing());
  const shown = ['service.deployed', 'alert', 'message'].flatMap((name) => said.get(name) ?? []);
  return [
    '# Events\n',
    'Made from `src/domain/event.ts` and `src/domain/cdevents.ts` by `scripts/write-events-doc.ts`; do not edit. The same for programs is',
    '[asyncapi.json](asyncapi.json).\n',
    '## In\n',
    'An event is a CloudEvent 1.0 of type `dev.sagaline.<kind>`. Webhooks are turned into one ([sources.md](sources.md)); whoever has a token',
    'posts one to `/events`, alone, in a batch, or with its attributes as `ce-` headers. Pipelines read `event.kind`, `event.subject` and',
    '`event.data`. Fields that are not listed are dropped, texts are cut at 4096 characters, and an event has at most 32 KiB.\n',
    ...incoming().map(([kind, event]) => section(kind, event)),
    '## Out\n',
    'Sinks of kind `cloudevents` ([operating.md](operating.md#sinks)) are posted CloudEvents 1.0 in structured mode, with `source`',
    `\`${ownSource}\`. Each has the same \`id\`, and \`Idempotency-Key\`, however often it is sent. Sinks of kind \`webhook\` are posted`,
    '`{"text", "id", "kind", "event"}`: `kind` is `message` or `alert`, and `event` is `type`, `subject`, `time` and `data` as below.\n',
    '| type | when |',
    '|---|---|',
    row('`dev.cdevents.<subject>.<predicate>.<version>`', 'an `emit` step has one of the types below'),
    row('the type that the step names', 'an `emit` step has any other type; `data` is that of the step'),
    row('`dev.sagaline.alert`', 'a run needs somebody'),
    row('`dev.sagaline.message`', 'a `notify` step'),
    '',
    'Alerts of the platform itself, by `data.name`:\n',
    '| name | means |',
    '|---|---|',
    ...Object.entries(alertNames).map(([name, meaning]) => row(`\`${name}\``, meaning)),
    '',
    'Types of CDEvents, by which an `emit` step names them:\n',
    `${cdEventTypes.map((name) => `\`${name}\``).join(', ')}\n`,
    ...shown.map((event) => `### ${event.type}\n\n${fieldsOf(event)}${code(exampleOf(event, ownSource))}`),
  ].join('\n');
}

function section(kind: string, event: EventType): string {
  const example = kind === 'manual' ? event.example : exampleOf(event, '/ci');
  return `### ${kind}\n\n${event.description}\n\n${fieldsOf(event)}${code(example)}`;
}

function fieldsOf({ data }: EventType): string {
  const fields = Object.entries(data.properties ?? {});
  if (fields.length === 0) return '';
  const rows = fields.map(([name, field]) => {
    const schema = field as JsonSchema;
    const isNeeded = (data.required ?? []).includes(name);
    return row(`\`${name}\``, valueOf(schema), isNeeded ? 'yes' : '', schema.description ?? '');
  });
  return [row('field', 'value', 'needed', 'meaning'), '|---|---|---|---|', ...rows, '\n'].join('\n');
}

/** What a value may be, in a few words. */
function valueOf(schema: JsonSchema): string {
  const { type, enum: several, anyOf, items } = schema;
  if (several) return several.map((one) => `\`${String(one)}\``).join(', ');
  if (anyOf) return anyOf.map((one) => valueOf(one)).join(' or ');
  if (type === 'array') return `list of ${valueOf(items as JsonSchema)}`;
  if (type === 'object') return 'map';
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer') return 'number';
  return type === 'string' ? 'text' : String(type);
}

const code = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
