import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import specification from '@asyncapi/specs/schemas/3.0.0.json';
import { asyncApi } from '../scripts/events/asyncapi';
import { incoming } from '../scripts/events/incoming';
import { alertNames } from '../scripts/events/outgoing';
import { eventFiles } from '../scripts/write-events-doc';
import { readCloudEvents } from '../src/adapters/sources/cloudevents';
import { dataDescriptions } from '../src/cli/event-descriptions';
import { dataSchemas, type EventKind } from '../src/domain/event';

const root = join(__dirname, '..');
const document = asyncApi();

it.each(eventFiles())('%s is what its generator makes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

it('docs/asyncapi.json is AsyncAPI 3.0', () => {
  // The specification brings the meta-schema that Ajv has of its own.
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false }));
  ajv.validate(specification, document);
  expect(ajv.errors ?? []).toEqual([]);
});

it.each(Object.entries(document.components.messages))(
  'the example of %s is one',
  (_, { payload, examples }) => {
    const ajv = addFormats(new Ajv({ strict: false }));
    ajv.addFormat('starts_with', true);
    ajv.addSchema({ $id: 'document', components: { schemas: document.components.schemas } });
    const schema = JSON.parse(
      JSON.stringify(payload).replaceAll('"#/components', '"document#/components'),
    ) as object;
    for (const example of examples)
      expect([ajv.validate(schema, example.payload), ajv.errors]).toEqual([true, null]);
  },
);

it.each(Object.keys(document.channels.events.messages))('the gateway takes the example of %s', (name) => {
  const [example] = document.components.messages[name]?.examples ?? [];
  const body = Buffer.from(JSON.stringify(example?.payload));
  const [reading] = readCloudEvents('structured', {
    headers: {},
    body,
    receivedAt: '2026-11-21T09:00:00Z',
  });
  expect(reading).toMatchObject({ problem: null, event: { kind: name.slice('in-'.length) } });
});

it.each(incoming())('the example of %s loses nothing by being checked', (kind, { example }) => {
  expect(dataSchemas[kind].parse(example)).toMatchObject(example);
});

it('no description is of a field that is gone', () => {
  const gone = (Object.keys(dataDescriptions) as EventKind[]).flatMap((kind) =>
    Object.keys(dataDescriptions[kind]).filter((field) => !(field in dataSchemas[kind].shape)),
  );
  expect(gone).toEqual([]);
});

it('every alert that workflows raise is listed', () => {
  const folder = join(root, 'workflows');
  const code = readdirSync(folder).map((name) =>
    name.endsWith('.ts') ? readFileSync(join(folder, name), 'utf8') : '',
  );
  const raised = [...code.join('\n').matchAll(/\balert\(input, board, \w+, '([\w-]+)'/g)].map(
    ([, name]) => name,
  );
  expect(raised.sort()).toEqual(Object.keys(alertNames).sort());
});
