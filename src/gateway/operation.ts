import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors';

/** One call of the HTTP API, as /openapi.json describes it. */
export interface Operation {
  method: 'get' | 'post' | 'options';
  /** As Express writes it. */
  path: string;
  summary: string;
  /** True when no bearer token is asked for. */
  open?: true;
  /** True when only admins may. */
  admin?: true;
  query?: z.ZodObject;
  /** Headers that it reads, each with what it means. */
  headers?: Readonly<Record<string, string>>;
  body?: z.ZodType;
  /** Media types of the body; application/json when absent. */
  types?: readonly string[];
  /** Of success. */
  status: number;
  answer?: z.ZodType;
  /** Media type of an answer that is text. */
  text?: string;
  /** Further statuses of success, answered alike. */
  also?: readonly number[];
  /** What is answered with 202 when the work goes on. */
  later?: z.ZodType;
  /** Errors beside those that every call of its shape has. */
  errors?: readonly ErrorCode[];
}

/** Every error that a call may be answered with. */
export function errorsOf({ method, path, open, query, body, errors = [] }: Operation): ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...(open ? [] : (['Unauthenticated', 'Unavailable', 'InvalidConfiguration'] as const)),
      ...(open || method === 'get' ? [] : (['NotAllowed'] as const)),
      ...(query ? (['Malformed'] as const) : []),
      ...(body ? (['Malformed', 'TooLarge', 'UnsupportedMediaType', 'Unavailable'] as const) : []),
      ...(path.includes(':') ? (['Malformed', 'NotFound'] as const) : []),
      ...errors,
      'Internal',
    ]),
  ];
}
