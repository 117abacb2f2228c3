import { z } from 'zod';
import { type ErrorCode, errorTable } from '../domain/errors';
import * as answers from './answers';
import { errorsOf, type Operation } from './operation';
import { examples } from './operation-examples';
import { operations } from './operations';
import { releaseListSchema } from './release-answers';
import {
  acceptedOneOrManySchema,
  acceptedRunSchema,
  acceptedSchema,
  codecSchema,
  problemSchema,
  startedSchema,
  whoamiSchema,
} from './schemas';

/** What answers are made of, by its name in the document. */
const components = {
  Problem: problemSchema,
  Accepted: acceptedSchema,
  AcceptedOneOrMany: acceptedOneOrManySchema,
  Started: startedSchema,
  AcceptedRun: acceptedRunSchema,
  Event: answers.eventAnswerSchema,
  EventList: answers.eventListSchema,
  DeadLetterList: answers.deadLetterListSchema,
  Run: answers.runAnswerSchema,
  RunList: answers.runListSchema,
  Lane: answers.laneAnswerSchema,
  LaneList: answers.laneListSchema,
  LaneLater: answers.laneLaterSchema,
  ReleaseList: releaseListSchema,
  AuditList: answers.auditListSchema,
  AuditCheck: answers.auditCheckSchema,
  Payloads: codecSchema,
  Whoami: whoamiSchema,
  Health: answers.healthSchema,
};

type Json = Record<string, unknown>;

const named = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(components)) named.add(schema, { id });
const uri = (id: string): string => `#/components/schemas/${id}`;

/** The OpenAPI 3.1 document of the gateway, made from the schemas that it validates with. */
export function openApi() {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: described(operation) };
  }
  const { schemas } = z.toJSONSchema(named, { uri, override: open });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sagaline',
      version: '1',
      summary: 'Events in, deliveries out',
      description: 'Every error is a problem document of RFC 9457; docs/errors.md lists its codes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)])),
      responses: {
        ...failureComponents(),
        HeadersTooLarge: {
          ...failure(['Malformed']),
          description: 'Malformed: address and headers have more than 16 KiB',
        },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function described(operation: Operation): Json {
  const { method, path, summary, open, query, headers = {}, body, types = ['application/json'] } = operation;
  const { body: bodyExample } = examples[`${method} ${path}`] ?? {};
  return {
    operationId: idOf(operation),
    tags: [path.split('/', 2).join('').replace('.json', '')],
    summary,
    ...(!open && { description: whoMay(operation) }),
    security: open ? [] : [{ token: [] }],
    parameters: [
      ...pathParameters(path),
      ...(query ? queryParameters(query) : []),
      ...Object.entries(headers).map(([name, description]) => ({
        ...{ name, in: 'header', description },
        schema: { type: 'string' },
      })),
    ],
    ...(body && {
      requestBody: {
        content: Object.fromEntries(
          types.map((type, at) => [
            type,
            { schema: requested(body), ...(at === 0 && { example: bodyExample }) },
          ]),
        ),
      },
    }),
    responses: { ...successes(operation), ...failures(errorsOf(operation)), 431: headersTooLarge },
  };
}

/** `getRunsById` of `GET /runs/:id`. */
function idOf({ method, path }: Operation): string {
  const words = path.split(/[/.-]/).map((word) => word.replace(/^:/, 'by-'));
  return [method, ...words]
    .flatMap((word) => word.split('-'))
    .reduce((id, word) => id + (id === '' ? word : word.charAt(0).toUpperCase() + word.slice(1)), '');
}

function whoMay({ method, path, admin }: Operation): string {
  if (admin) return 'For admins.';
  if (path === '/events' && method === 'post') return 'For senders, operators and admins.';
  return method === 'get' ? 'For viewers, operators and admins.' : 'For operators and admins.';
}

function successes({ method, path, summary, status, answer, text, also = [], later }: Operation): Json {
  const { answer: example } = examples[`${method} ${path}`] ?? {};
  const json = (schema: z.ZodType) => ({
    'application/json': { schema: answered(schema), ...(schema === answer && { example }) },
  });
  const content = text === undefined ? answer && json(answer) : { [text]: { schema: { type: 'string' } } };
  const success = { description: summary, ...(content && { content }) };
  return {
    [status]: success,
    ...Object.fromEntries(also.map((other) => [other, success])),
    ...(later && { 202: { description: 'It goes on; look again later', content: json(later) } }),
  };
}

/** Of every call: the parser of HTTP itself refuses more than 16 KiB of address and headers. */
const headersTooLarge = { $ref: '#/components/responses/HeadersTooLarge' };

/** One answer for each status, which says the codes that have it. */
function failures(codes: readonly ErrorCode[]): Json {
  const statuses = [...new Set(codes.map((code) => errorTable[code].status))].sort();
  const ofStatus = (status: number) => codes.filter((code) => errorTable[code].status === status).sort();
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${ofStatus(status).join('-')}` }]),
  );
}

/** Every set of codes that shares a status, by the name that `failures` gives it. */
function failureComponents(): Json {
  const refs = operations.flatMap(
    (operation) => Object.values(failures(errorsOf(operation))) as { $ref: string }[],
  );
  const names = [...new Set(refs.map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1)))].sort();
  return Object.fromEntries(names.map((name) => [name, failure(name.split('-') as ErrorCode[])]));
}

function failure(codes: readonly ErrorCode[]): Json {
  const [first] = codes;
  const isUnauthenticated = codes.includes('Unauthenticated');
  const isRetryable = codes.some((code) => errorTable[code].retryable);
  const headers = {
    ...(isUnauthenticated && { 'WWW-Authenticate': header('Bearer realm="sagaline"') }),
    ...(isRetryable && { 'Retry-After': header('Seconds after which the same call can succeed') }),
  };
  const content = { schema: { $ref: uri('Problem') }, ...(first && { example: problemExample(first) }) };
  return {
    description: codes.map((code) => `${code}: ${errorTable[code].title}`).join('; '),
    ...((isUnauthenticated || isRetryable) && { headers }),
    content: { 'application/problem+json': content },
  };
}

const header = (description: string) => ({ description, schema: { type: 'string' } });

function problemExample(code: ErrorCode): Json {
  const { status, title, whatToDo } = errorTable[code];
  return { type: 'about:blank', title, status, detail: 'what exactly', code, whatToDo, instance: '/path' };
}

/** What a sender may write: fields with a default may be left out. */
const requested = (schema: z.ZodType): Json =>
  schema === codecSchema ? { $ref: uri('Payloads') } : bare(z.toJSONSchema(schema, { io: 'input' }));

function answered(schema: z.ZodType): Json {
  const { id } = named.get(schema) ?? {};
  return id === undefined ? bare(z.toJSONSchema(schema)) : { $ref: uri(id) };
}

/** Answers may have more fields in a later version. */
function open({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** Without what is of a document of its own: `z.json()` refers to itself in it, and stands for any JSON. */
function bare({ $schema: _, $id: __, $defs: ___, ...schema }: Json): Json {
  const isInner = (value: unknown) =>
    typeof value === 'object' && value !== null && String((value as Json)['$ref']).startsWith('#/$defs/');
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => (isInner(value) ? {} : value)) as Json;
}

function pathParameters(path: string) {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject) {
  const { properties } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
}
