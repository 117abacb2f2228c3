import { z } from 'zod';
import { dataSchemas, type EventKind, eventKinds, eventSchema } from './event';
import {
  bool,
  double,
  dyn,
  join,
  listOf,
  mapOf,
  never,
  objectOf,
  string,
  type Type,
} from './expression-types';

/** The kind of that name as a list; empty for a name that is none. */
export const kindOf = (name: string): EventKind[] => eventKinds.filter((kind) => kind === name);

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The `event` of an expression when it is of one of these kinds: a field must be one of at least one kind. */
export function eventType(kinds: readonly EventKind[]): Type {
  const fields = typeOfSchema('event', z.toJSONSchema(eventSchema, { unrepresentable: 'any' }));
  if (fields.kind !== 'object') return dyn;
  return { ...fields, fields: new Map(fields.fields).set('data', dataType(kinds)) };
}

function dataType(kinds: readonly EventKind[]): Type {
  const unique = [...new Set(kinds)];
  const data = unique
    .map((kind) => typeOfSchema('event.data', z.toJSONSchema(dataSchemas[kind], { unrepresentable: 'any' })))
    .reduce(join, never);
  return data.kind === 'object' ? { ...data, name: `event.data of ${unique.join(', ')}` } : dyn;
}

/** The type of the JSON that a schema describes; what it leaves open is unknown. */
function typeOfSchema(name: string, schema: JsonSchema | boolean): Type {
  if (typeof schema === 'boolean') return dyn;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map((option) => typeOfSchema(name, option)).reduce(join, never);
  switch (schema.type) {
    case 'string':
      return string;
    // A whole number of JSON reaches an expression as a double, like any other.
    case 'integer':
    case 'number':
      return double;
    case 'boolean':
      return bool;
    case 'null':
      return { kind: 'null' };
    case 'array':
      return listOf(
        typeof schema.items === 'object' && !Array.isArray(schema.items)
          ? typeOfSchema(name, schema.items)
          : dyn,
      );
    case 'object':
      return typeOfFields(name, schema);
    default:
      return dyn;
  }
}

function typeOfFields(name: string, { properties, additionalProperties }: JsonSchema): Type {
  const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  if (!properties) return mapOf(string, rest ? typeOfSchema(name, rest) : dyn);
  const fields = Object.entries(properties).map(
    ([field, inner]) => [field, typeOfSchema(`${name}.${field}`, inner)] as const,
  );
  return objectOf(name, fields, { loose: rest !== undefined });
}
