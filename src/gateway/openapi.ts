import { z } from 'zod';
import { errorTable } from '../domain/errors';
import { operations, type Operation } from './operations';
import { problemSchema } from './schemas';

const json = (schema: z.ZodType) => ({
  'application/json': { schema: z.toJSONSchema(schema, { io: 'input' }) },
});

const problems = {
  description: 'An error; the codes are those of docs/errors.md',
  content: {
    'application/problem+json': {
      schema: {
        ...z.toJSONSchema(problemSchema),
        properties: {
          ...z.toJSONSchema(problemSchema).properties,
          code: { type: 'string', enum: Object.keys(errorTable) },
        },
      },
    },
  },
};

/** The OpenAPI 3.1 document of the gateway, made from the schemas that it validates with. */
export function openApi() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: described(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sagaline', version: '1' },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function described(operation: Operation) {
  const { method, path, summary, open, query, headers = {}, body, status, answer } = operation;
  return {
    summary,
    ...(!open && { description: method === 'get' ? 'For every role.' : 'For operators and admins.' }),
    security: open ? [] : [{ token: [] }],
    parameters: [
      ...pathParameters(path),
      ...(query ? queryParameters(query) : []),
      ...Object.entries(headers).map(([name, description]) => ({
        ...{ name, in: 'header', description },
        schema: { type: 'string' },
      })),
    ],
    ...(body && { requestBody: { content: json(body) } }),
    responses: {
      [status]: { description: summary, ...(answer && { content: json(answer) }) },
      default: problems,
    },
  };
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
