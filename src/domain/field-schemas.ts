import { z } from 'zod';
import { durationSchema } from './duration-schema';
import { errorTable, type ErrorCode } from './errors';

/** What fields ask of each other is told beside what is wrong with one of them. */
export const isFields = ({ value }: { value: unknown }): boolean =>
  typeof value === 'object' && value !== null;

/** `.` is kept for the steps of child pipelines and matrices, so that no written id can collide with one. */
export const stepId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'must start with a letter and hold only a-z, 0-9 and -');
export const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name such as DB_URL');
export const relativeGlob = z
  .string()
  .max(500)
  .refine(
    (glob) => !glob.startsWith('/') && !glob.split('/').includes('..'),
    'must stay inside the checkout',
  );

/** Name of a pool of workers, of a pipeline or of another part of sagaline.yaml. */
export const plainName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');

/** A script for `sh -e`; values never enter its text, so that an event cannot write code. */
export const script = z
  .string()
  .min(1)
  .max(16_384)
  .refine(
    (text) => !text.includes('${{') && !/\$\{\s*(event|steps|inputs|matrix|run|secret)\b/.test(text),
    '`${...}` expressions are refused inside run: pass the value through env and use "$NAME"',
  );

export const env = z.record(
  variable,
  z.union([z.string().max(4096), z.number(), z.boolean()]).transform(String),
);
export const secrets = z.array(variable).max(50).default([]);
export const condition = z.string().min(1).max(4096);
export const template = z.string().max(16_384);

/** A failure that `retry` does not repeat: an exit code, a status of HTTP, or a code of the error table. */
export const finalFailure = z.union([
  z.int().min(1).max(599),
  z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
]);

export const retry = z.strictObject({
  attempts: z.int().min(1).max(10),
  backoff: durationSchema.default('1s'),
  maxBackoff: durationSchema.optional(),
  final: z.array(finalFailure).max(20).optional(),
});

export const scalar = z.union([z.string().max(200), z.number(), z.boolean()]);
/** Every combination of the values is one step; at most 64 of them, so that a slip does not start thousands. */
export const matrix = z
  .record(variable, z.array(scalar).min(1).max(64))
  .refine(
    (axes) => Object.values(axes).reduce((product, values) => product * values.length, 1) <= 64,
    'makes more than 64 combinations',
  );
