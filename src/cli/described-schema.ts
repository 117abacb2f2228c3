import type { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Where a part of a document stands: a step and an undo begin a path of their own under the name of their kind. */
interface Place {
  /** Prefixes under which a description is looked for, the closest first. */
  prefixes: string[];
  path: string[];
}

/** Called for each field with its place; the schema is the field's own. */
type Visit = (schema: JsonSchema, place: Place, isRequired: boolean) => void;

const top: Place = { prefixes: [''], path: [] };

/** Calls `visit` for every field of a schema, those of list items and of union options included. */
export function visitFields(schema: JsonSchema, visit: Visit, around: Place = top): void {
  const place = kindOf(schema, around);
  for (const option of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) visitFields(option, visit, place);
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    if (typeof inner !== 'object') continue;
    const within = { ...place, path: [...place.path, key] };
    visit(inner, within, schema.required?.includes(key) ?? false);
    visitFields(inner, visit, within);
  }
  for (const inner of [schema.items, schema.additionalProperties]) {
    if (typeof inner === 'object' && !Array.isArray(inner)) visitFields(inner, visit, place);
  }
}

/** A step's or an undo's fields are named after its kind, and what all kinds share after `step` or `undo`. */
function kindOf(schema: JsonSchema, place: Place): Place {
  const uses = schema.properties?.['uses'];
  const kind = typeof uses === 'object' ? kindName(uses) : undefined;
  if (kind === undefined) return place;
  return { prefixes: place.path.at(-1) === 'compensate' ? ['undo', kind] : [kind, 'step'], path: [] };
}

const kindName = ({ const: only, enum: several }: JsonSchema): string | undefined =>
  typeof only === 'string' ? only : several ? 'custom' : undefined;

/** Names under which the description of a place is looked for, the closest first. */
export const descriptionNames = ({ prefixes, path }: Place): string[] =>
  prefixes.map((prefix) => [prefix, ...path].filter(Boolean).join('.'));

/** Adds a description to every field that has one. */
export function describeFields(
  schema: JsonSchema,
  descriptions: Readonly<Record<string, string>>,
): JsonSchema {
  visitFields(schema, (field, place) => {
    const name = descriptionNames(place).find((one) => descriptions[one] !== undefined);
    const description = name === undefined ? undefined : descriptions[name];
    if (description !== undefined) field.description = description;
  });
  return schema;
}
