import type { CelType } from '@bufbuild/cel';
import { closest } from './closest';

type ScalarKind =
  'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'timestamp' | 'duration' | 'type';

/** A map whose fields are known. */
export interface ObjectType {
  kind: 'object';
  /** How messages call it, such as `inputs`. */
  name: string;
  fields: ReadonlyMap<string, Type>;
  /** Whether it may hold fields beside those. */
  loose: boolean;
  /** What to say of a field that it has not; without it, the fields are listed. */
  missing?: (field: string) => string;
}

/**
 * What is known of a value before it exists. `dyn`: nothing, so no use of it is wrong. `never`: the element of an empty
 * list. A value that may be null or absent has the type of what it is otherwise, because CEL tells both at run time.
 */
export type Type =
  | { kind: 'dyn' | 'never' | ScalarKind }
  | { kind: 'list'; element: Type }
  | { kind: 'map'; key: Type; value: Type }
  | ObjectType;

export const dyn: Type = { kind: 'dyn' };
export const never: Type = { kind: 'never' };
export const bool: Type = { kind: 'bool' };
export const double: Type = { kind: 'double' };
export const string: Type = { kind: 'string' };

export const listOf = (element: Type): Type => ({ kind: 'list', element });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', key, value });

/** A map of exactly these fields. */
export function objectOf(
  name: string,
  fields: Iterable<readonly [string, Type]>,
  more: Partial<Pick<ObjectType, 'loose' | 'missing'>> = {},
): ObjectType {
  return { kind: 'object', name, fields: new Map(fields), loose: false, ...more };
}

/** The type of a value that has one of two types: what both have in common, or nothing. */
export function join(left: Type, right: Type): Type {
  if (left.kind === 'never' || left.kind === 'null') return right;
  if (right.kind === 'never' || right.kind === 'null') return left;
  if (left.kind === 'list' && right.kind === 'list') return listOf(join(left.element, right.element));
  if (left.kind === 'map' && right.kind === 'map')
    return mapOf(join(left.key, right.key), join(left.value, right.value));
  if (left.kind === 'object' && right.kind === 'object') {
    const fields = new Map(left.fields);
    for (const [field, type] of right.fields) fields.set(field, join(fields.get(field) ?? never, type));
    return objectOf(left.name, fields, { loose: left.loose || right.loose });
  }
  return left.kind === right.kind ? left : dyn;
}

/** The type of a parameter or result of CEL's own functions. */
export function typeOfCel(type: CelType): Type {
  if (type.kind === 'list') return listOf(typeOfCel(type.element));
  if (type.kind === 'map') return mapOf(typeOfCel(type.key), typeOfCel(type.value));
  if (type.kind === 'object')
    return { kind: type.name === 'google.protobuf.Duration' ? 'duration' : 'timestamp' };
  return { kind: type.scalar === 'null_type' ? 'null' : type.scalar };
}

const words: Record<Type['kind'], string> = {
  dyn: 'any value',
  never: 'any value',
  bool: 'true or false',
  int: 'a whole number',
  uint: 'an unsigned number',
  double: 'a number',
  string: 'a text',
  bytes: 'bytes',
  null: 'null',
  timestamp: 'a timestamp',
  duration: 'a duration',
  type: 'a type',
  list: 'a list',
  map: 'a map',
  object: 'a map',
};

/** What people call a value of this type, with its article: `a text`. */
export const describe = ({ kind }: Type): string => words[kind];

export const isNumber = ({ kind }: Type): boolean => ['int', 'uint', 'double'].includes(kind);
export const isUnknown = ({ kind }: Type): boolean => kind === 'dyn' || kind === 'never';
const isMap = ({ kind }: Type): boolean => kind === 'map' || kind === 'object';

/** Whether two values of these types can be equal; null may stand for every absent value. */
export function comparable(left: Type, right: Type): boolean {
  if (isUnknown(left) || isUnknown(right) || left.kind === 'null' || right.kind === 'null') return true;
  if (left.kind === 'list' && right.kind === 'list') return comparable(left.element, right.element);
  return left.kind === right.kind || (isNumber(left) && isNumber(right)) || (isMap(left) && isMap(right));
}

/** Whether CEL may take a value of type `given` where a function wants `wanted`. */
export function fits(given: Type, wanted: Type): boolean {
  if (isUnknown(given) || wanted.kind === 'dyn') return true;
  return given.kind === wanted.kind || (isMap(given) && isMap(wanted));
}

/** What to say of a field that an object has not. */
export function missingField(type: ObjectType, field: string): string {
  if (type.missing) return type.missing(field);
  return `${type.name} has no field ${field}${hint(field, [...type.fields.keys()])}`;
}

/** The name that was probably meant, or the names that there are, to be put at the end of a sentence. */
export function hint(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  if (meant !== undefined) return `, did you mean ${meant}?`;
  return known.length === 0 ? '' : `, known are ${known.join(', ')}`;
}

/** Types that an expression may name, as in `type(x) == string`. */
export const typeNames: ReadonlySet<string> = new Set([
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
]);
