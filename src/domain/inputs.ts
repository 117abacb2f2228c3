import { z } from 'zod';
import { SagalineError } from './errors';
import { variable } from './field-schemas';
import { inputValue } from './step-schemas';

/** One typed input of a pipeline, given by who starts it by hand or by the pipeline that uses it. */
const inputSchema = z
  .strictObject({
    type: z.enum(['string', 'number', 'boolean']),
    description: z.string().max(500).optional(),
    /** The only values allowed. */
    options: z.array(inputValue).min(1).max(100).optional(),
    default: inputValue.optional(),
  })
  .superRefine(({ type, options, default: fallback }, context) => {
    for (const [at, option] of (options ?? []).entries()) {
      if (typeof option !== type)
        context.addIssue({ code: 'custom', path: ['options', at], message: `must be a ${type}` });
    }
    if (fallback === undefined) return;
    if (typeof fallback !== type)
      context.addIssue({ code: 'custom', path: ['default'], message: `must be a ${type}` });
    else if (options && !options.includes(fallback))
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `must be one of ${options.join(', ')}`,
      });
  });

export const inputsSchema = z.record(variable, inputSchema);
export type InputDefinitions = z.infer<typeof inputsSchema>;
export type InputValue = z.infer<typeof inputValue>;
export type Inputs = Record<string, InputValue>;

/** What is wrong with the given inputs, one sentence each; empty when they can be used. */
export function inputFaults(
  definitions: InputDefinitions,
  given: Readonly<Record<string, unknown>>,
): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(definitions, name));
  const known = Object.keys(definitions).join(', ') || 'none';
  return [
    ...unknown.map((name) => `there is no input ${name}, known are ${known}`),
    ...Object.entries(definitions).flatMap(([name, { type, options, default: fallback }]) => {
      const value = given[name] ?? fallback;
      if (value === undefined) return [`input ${name} is missing: it is a ${type} without a default`];
      if (typeof value !== type) return [`input ${name} must be a ${type}`];
      if (options && !options.includes(value as InputValue)) {
        return [`input ${name} must be one of ${options.join(', ')}`];
      }
      return [];
    }),
  ];
}

/** The inputs with their defaults. Throws Malformed with every fault. */
export function completeInputs(
  definitions: InputDefinitions,
  given: Readonly<Record<string, unknown>>,
): Inputs {
  const faults = inputFaults(definitions, given);
  if (faults.length > 0) throw new SagalineError('Malformed', faults.join('; '));
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { default: fallback }]) => [
      name,
      (given[name] ?? fallback) as InputValue,
    ]),
  );
}
