import { z } from 'zod';
import { closest } from './closest';
import type { Problem } from './problem';

type Path = (string | number)[];
type Issue = z.core.$ZodIssue;

/** What zod found, said for people: unknown fields one by one with the name that was probably meant. */
export function schemaProblems(schema: z.ZodType, value: unknown, error: z.ZodError): Problem[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(json, value, path);
      return issue.keys.map((key) => unknownKey(path, key, known));
    }
    if (issue.code === 'invalid_key') {
      return { path, atKey: true, message: issue.issues.map((inner) => inner.message).join(', ') };
    }
    return { path, message: isMissing(value, path) ? missing(issue) : sentence(issue) };
  });
}

function unknownKey(path: Path, key: string, known: string[]): Problem {
  const meant = closest(key, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: [...path, key], atKey: true, message: `unknown field: ${hint}` };
}

function missing(issue: Issue): string {
  return `is missing: ${sentence(issue)}`;
}

function sentence(issue: Issue): string {
  if (issue.code === 'invalid_union') {
    if ('options' in issue && Array.isArray(issue.options))
      return `must be one of ${issue.options.join(', ')}`;
    const inner = issue.errors.map((errors) => errors.map(sentence).join(', '));
    return [...new Set(inner)].join(' or ');
  }
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
  return issue.message;
}

const articles: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of fields',
};

function article(expected: string): string {
  return articles[expected] ?? expected;
}

function isMissing(value: unknown, path: Path): boolean {
  return valueAt(value, path) === undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => member(inner, part), value);
}

function member(value: unknown, part: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<string | number, unknown>)[part];
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Fields that the schema knows at a path; the value tells which option of a union is meant. */
function knownKeys(schema: JsonSchema, value: unknown, path: Path): string[] {
  let here = chosen(schema, value);
  let inner = value;
  for (const part of path) {
    inner = member(inner, part);
    const next =
      typeof part === 'number' ? here.items : (here.properties?.[part] ?? here.additionalProperties);
    if (typeof next !== 'object' || Array.isArray(next)) return [];
    here = chosen(next, inner);
  }
  return Object.keys(here.properties ?? {});
}

function chosen(schema: JsonSchema, value: unknown): JsonSchema {
  const options = schema.oneOf ?? schema.anyOf ?? [];
  const fitting = options.find((option) => {
    const constants = Object.entries(option.properties ?? {}).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner.const !== undefined ? [{ key, wanted: inner.const }] : [],
    );
    return constants.length > 0 && constants.every(({ key, wanted }) => member(value, key) === wanted);
  });
  return fitting ?? schema;
}
