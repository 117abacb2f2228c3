import { celEnv, type CelEnv, celFunc, type CelFunc, celMethod, CelScalar } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

/** Functions that the caller adds; each takes one to eight texts and returns a text. */
export type HostFunctions = Readonly<Record<string, (...args: string[]) => string>>;

/** Longest text that `replace` may make, in characters. */
const maxText = 64 * 1024;

const { DOUBLE, INT, STRING } = CelScalar;

/** CEL's own `replace` can multiply a text at each call, and a chain of it would take all memory. */
const replace = celMethod('replace', STRING, [STRING, STRING], STRING, function (from, to) {
  const pieces = this.split(from);
  if (this.length + (pieces.length - 1) * to.length > maxText)
    throw new Error('replace makes too long a text');
  return pieces.join(to);
});
const safeStrings = new Set([
  'charAt',
  'indexOf',
  'lastIndexOf',
  'lowerAscii',
  'upperAscii',
  'substring',
  'split',
  'trim',
]);

const arithmetic: [string, (left: number, right: number) => number][] = [
  ['_+_', (left, right) => left + right],
  ['_-_', (left, right) => left - right],
  ['_*_', (left, right) => left * right],
  ['_/_', (left, right) => left / right],
  ['_%_', (left, right) => left % right],
];

/** The numbers of JSON are doubles and those of an expression whole, which CEL would not let meet in `number + 1`. */
const mixed: CelFunc[] = arithmetic.flatMap(([operator, calculate]) => [
  celFunc(operator, [DOUBLE, INT], DOUBLE, (left, right) => calculate(left, Number(right))),
  celFunc(operator, [INT, DOUBLE], DOUBLE, (left, right) => calculate(Number(left), right)),
]);
const remainder = celFunc('_%_', [DOUBLE, DOUBLE], DOUBLE, (left, right) => left % right);

const library = [...strings.filter(({ name }) => safeStrings.has(name)), replace, ...mixed, remainder];
const environments = new WeakMap<HostFunctions, CelEnv>();

/** Everything that an expression may call; making one costs more than most expressions, so each is made once. */
export function environment(functions: HostFunctions): CelEnv {
  const known = environments.get(functions);
  if (known) return known;
  const added: CelFunc[] = Object.entries(functions).flatMap(([name, implementation]) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((count) =>
      celFunc(name, new Array<typeof STRING>(count).fill(STRING), STRING, (...args: string[]) =>
        implementation(...args),
      ),
    ),
  );
  const made = celEnv({ funcs: [...library, ...added] });
  environments.set(functions, made);
  return made;
}

/** Expressions that call nothing of their caller's. */
export const noFunctions: HostFunctions = {};

// Made before anything is frozen, as it is where all workflows of a worker share this module: CEL completes its functions late.
environment(noFunctions);
