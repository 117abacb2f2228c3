import { z } from 'zod';
import { closest } from './closest';
import type { Problem } from './problem';
import { sentence } from './schema-sentences';

type Path = (string | number)[];
type Issue = z.core.$ZodIssue;

/** What zod found, said for people: unknown fields one by one with the name that was probably meant. */
export function schemaProblems(schema: z.ZodType, value: unknown, error: { issues: Issue[] }): Problem[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return error.issues.flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(json, value, path);
      return issue.keys.map((key) => unknownKey(path, key, known));
    }
    if (issue.code === 'invalid_key') {
      return {
        path,
        atKey: true,
        message: issue.issues.map((inner) => sentence(inner, path.at(-1))).join(', '),
      };
    }
    const given = valueAt(value, path);
    return { path, message: given === undefined ? `is missing: ${sentence(issue)}` : sentence(issue, given) };
  });
}

/**
 * The same, with what zod does not look at once it has met a word that chooses among shapes, such as `uses`, and that it does
 * not know: the fields around it are read as the shape that was probably meant, or as far as all shapes share them.
 */
export function everySchemaProblem(schema: z.ZodType, value: unknown, error: { issues: Issue[] }): Problem[] {
  const problems: Problem[] = [];
  const unclear: Path[] = [];
  let [current, issues] = [value, error.issues];
  for (let looks = 0; ; looks++) {
    const choices = looks < maxLooks ? issues.filter(isChoice) : [];
    const clear = issues.filter((issue) => !isChoice(issue) && !unclear.some((path) => isGuess(issue, path)));
    if (choices.length === 0) return [...problems, ...schemaProblems(schema, current, { issues: clear })];
    problems.push(...schemaProblems(schema, current, { issues: choices }));
    const repaired: unknown = structuredClone(current);
    for (const choice of choices) {
      const path = pathOf(choice);
      const options = choice.options.map(String);
      const meant = closest(String(valueAt(current, path)), options);
      if (meant === undefined) unclear.push(path.slice(0, -1));
      if (!replace(repaired, path, meant ?? options[0])) return problems;
    }
    current = repaired;
    issues = schema.safeParse(current).error?.issues ?? [];
  }
}

/** Shapes inside of shapes are few. */
const maxLooks = 5;

type Choice = Issue & { options: unknown[] };

const isChoice = (issue: Issue): issue is Choice =>
  issue.code === 'invalid_union' &&
  'options' in issue &&
  Array.isArray(issue.options) &&
  issue.options.length > 0;

const shared = ['id', 'needs', 'when', 'timeout'];

/** Whether an issue below `path` may only stand there because another shape was meant. */
function isGuess(issue: Issue, path: Path): boolean {
  const own = pathOf(issue);
  if (!path.every((part, at) => own[at] === part)) return false;
  const field = own[path.length];
  if (field === undefined) return issue.code === 'unrecognized_keys';
  return !shared.includes(String(field));
}

const pathOf = (issue: Issue): Path =>
  issue.path.map((part) => (typeof part === 'number' ? part : String(part)));

/** False when there is nothing at the path to put the value into. */
function replace(document: unknown, path: Path, value: unknown): boolean {
  const around = valueAt(document, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof around !== 'object' || around === null || last === undefined) return false;
  (around as Record<string | number, unknown>)[last] = value;
  return true;
}

function unknownKey(path: Path, key: string, known: string[]): Problem {
  const meant = closest(key, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: [...path, key], atKey: true, message: `unknown field: ${hint}` };
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

/** The option whose word, such as that of `uses`, the value says; the schema itself where there is nothing to choose. */
function chosen(schema: JsonSchema, value: unknown): JsonSchema {
  const options = schema.oneOf ?? schema.anyOf ?? [];
  const word = Object.keys(options[0]?.properties ?? {}).find((key) =>
    options.every((option) => wordsOf(option, key).length > 0),
  );
  if (word === undefined) return schema;
  return options.find((option) => wordsOf(option, word).some((one) => one === member(value, word))) ?? schema;
}

function wordsOf({ properties }: JsonSchema, key: string): unknown[] {
  const field = properties?.[key];
  if (typeof field !== 'object') return [];
  return field.const === undefined ? (field.enum ?? []) : [field.const];
}
