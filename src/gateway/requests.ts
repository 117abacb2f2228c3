import type { Request, Response } from 'express';
import type { z } from 'zod';
import { parseJson } from '../adapters/sources/json';
import { SagalineError } from '../domain/errors';
import { formatPath } from '../domain/problem';
import { schemaProblems } from '../domain/schema-problems';
import { noteReason } from './audit';
import { type Bodies, requireMediaType } from './bodies';

/** Largest body of a call of the control API in bytes. */
const maxControlBytes = 64 * 1024;

/** The value as the schema gives it back. Throws Malformed naming every fault. */
export function valid<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = schemaProblems(schema, value, parsed.error).map(({ path, message }) =>
    [formatPath(path), message].filter(Boolean).join(': '),
  );
  throw new SagalineError('Malformed', faults.join('; ').slice(0, 2000));
}

/** The JSON body of a call of the control API; an absent body counts as an empty object. */
export async function controlBody<T extends z.ZodType>(
  bodies: Bodies,
  request: Request,
  response: Response,
  schema: T,
): Promise<z.output<T>> {
  const body = await bodies.read(request, response, maxControlBytes);
  if (body.length === 0) return valid(schema, {});
  requireMediaType(request, ['application/json']);
  const content = parseJson(body);
  noteReason(response, content);
  return valid(schema, content);
}
