import { type CelInput, type CelMap, celMap } from '@bufbuild/cel';

/**
 * A JSON value as CEL takes it. Objects become maps, because CEL asks a plain object for its `constructor`, and an event may
 * bring its own; members are read when an expression asks for them, because the steps of a long run are many.
 */
export function toInput(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map(toInput);
  if (typeof value === 'object' && value !== null) return celMap(membersOf(value as Record<string, unknown>));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

type Key = Parameters<CelMap['get']>[0];
type Members = ReadonlyMap<Exclude<Key, number>, CelInput>;

function membersOf(object: Record<string, unknown>): Members {
  const names = Object.keys(object);
  const has = (name: Key): name is string => typeof name === 'string' && Object.hasOwn(object, name);
  const whole = () => new Map(names.map((name): [string, CelInput] => [name, toInput(object[name])]));
  return {
    size: names.length,
    has,
    get: (name: Key) => (has(name) ? toInput(object[name]) : undefined),
    keys: () => names.values(),
    values: () => whole().values(),
    entries: () => whole().entries(),
    forEach: (...each: Parameters<Members['forEach']>) => {
      (whole() as Members).forEach(...each);
    },
    [Symbol.iterator]: () => whole().entries(),
  };
}
