import type { z } from 'zod';
import { SagalineError, type ErrorCode } from './errors';
import { formatPath, type Problem } from './problem';
import { schemaProblems } from './schema-problems';
import { readYaml, type TextFault } from './yaml-document';

/**
 * Reads a YAML file against a schema and then against `check`, which sees what no schema can.
 * Throws an error of `code` whose detail lists every problem on a line of its own: `file:line:column: path: message`.
 */
export function parseStrict<T extends z.ZodType>(
  code: ErrorCode,
  file: string,
  text: string,
  schema: T,
  check: (value: z.output<T>) => Problem[],
): z.output<T> {
  const document = readYaml(text);
  if ('faults' in document) throw refuse(code, file, document.faults);
  const parsed = schema.safeParse(document.value);
  const problems = parsed.success ? check(parsed.data) : schemaProblems(schema, document.value, parsed.error);
  if (parsed.success && problems.length === 0) return parsed.data;
  const faults = problems.map((problem) => {
    const path = formatPath(problem.path);
    return { ...document.place(problem), message: `${path === '' ? '' : `${path}: `}${problem.message}` };
  });
  throw refuse(code, file, faults);
}

/** Problems told at most: the detail travels through histories, and nobody reads more at once. */
const maxFaults = 50;

function refuse(code: ErrorCode, file: string, faults: TextFault[]): SagalineError {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const written = sorted.map(({ line, column, message }) => `${[file, line, column].join(':')}: ${message}`);
  const unique = [...new Set(written)];
  const told = unique.slice(0, maxFaults);
  const next = sorted[maxFaults];
  if (unique.length > maxFaults && next) {
    told.push(`${[file, next.line, next.column].join(':')}: and ${String(unique.length - maxFaults)} more`);
  }
  return new SagalineError(code, told.join('\n'));
}
