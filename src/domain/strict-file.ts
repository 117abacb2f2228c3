import type { z } from 'zod';
import { SagalineError, type ErrorCode } from './errors';
import { formatPath, type Problem } from './problem';
import { everySchemaProblem } from './schema-problems';
import { maxBytes, readYaml, type TextFault, type YamlDocument } from './yaml-document';

/** What was read of a file: its document and whether its schema takes it, or the faults of its text. */
export type StrictFile<T> =
  { faults: TextFault[] } | { document: YamlDocument; data?: T; problems: Problem[] };

/** Reads a YAML file of at most `limit` bytes against a schema. */
export function readStrict<T extends z.ZodType>(
  text: string,
  schema: T,
  limit: number,
): StrictFile<z.output<T>> {
  const document = readYaml(text, limit);
  if ('faults' in document) return document;
  const { data, error } = schema.safeParse(document.value);
  if (error) return { document, problems: everySchemaProblem(schema, document.value, error) };
  return { document, data, problems: [] };
}

/**
 * Reads a configuration file against a schema and then against `check`, which sees what no schema can.
 * Throws an error of `code` whose detail lists every problem on a line of its own: `file:line:column: path: message`.
 */
export function parseStrict<T extends z.ZodType>(
  code: ErrorCode,
  file: string,
  text: string,
  schema: T,
  check: (value: z.output<T>) => Problem[],
): z.output<T> {
  const read = readStrict(text, schema, maxBytes.configuration);
  if ('faults' in read) throw refusal(code, file, read.faults);
  const problems = read.data === undefined ? read.problems : check(read.data);
  if (read.data !== undefined && problems.length === 0) return read.data;
  throw refusal(code, file, placed(read.document, problems));
}

/** The problems with their lines and columns. */
export function placed(document: YamlDocument, problems: Problem[]): TextFault[] {
  return problems.map((problem) => {
    const path = formatPath(problem.path);
    return { ...document.place(problem), message: `${path === '' ? '' : `${path}: `}${problem.message}` };
  });
}

/** Faults told at most, where nothing else is said: the detail travels through histories, and nobody reads more at once. */
const maxFaults = 50;

/** An error of `code` whose detail lists every fault on a line of its own, in the order of the file. */
export function refusal(
  code: ErrorCode,
  file: string,
  faults: TextFault[],
  limit = maxFaults,
): SagalineError {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const written = sorted.map(({ line, column, message }) => `${[file, line, column].join(':')}: ${message}`);
  const unique = [...new Set(written)];
  const told = unique.slice(0, limit);
  const next = sorted[limit];
  if (unique.length > limit && next) {
    told.push(`${[file, next.line, next.column].join(':')}: and ${String(unique.length - limit)} more`);
  }
  return new SagalineError(code, told.join('\n'));
}
