import { type CelEnv, type CelFunc, isCelError, plan, unparse } from '@bufbuild/cel';
import type { HostFunctions } from './expression-functions';
import type { ParsedExpression } from './expression-tree';
import {
  describe,
  dyn,
  fits,
  hint,
  join,
  listOf,
  never,
  string,
  type Type,
  typeOfCel,
} from './expression-types';

export type Node = ParsedExpression['expr'];

/** What an expression may name and call at its place. */
export interface Names {
  variables: ReadonlyMap<string, Type>;
  functions: HostFunctions;
  /** Names that `secret` may be asked for; undefined when they are not known. */
  secrets?: readonly string[] | undefined;
}

/** An expression that is being checked. */
export interface Walk {
  parsed: ParsedExpression;
  names: Names;
  env: CelEnv;
  faults: Set<string>;
  /** Variables of the loops around a node. */
  bound: ReadonlyMap<string, Type>;
  /** How the innermost of them is written, such as `exists`. */
  loop: string;
}

/** Notes a fault; nothing is known of the value of what is wrong. */
export function wrong({ faults }: Walk, fault: string): Type {
  faults.add(fault);
  return dyn;
}

/** A part of the expression as it is shown in a message. */
export function shown({ parsed }: Walk, node: Node | undefined): string {
  const text = node ? unparse({ ...parsed, expr: node }) : '';
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

/** A call whose operands are typed already; `target` is what a method is called on. */
interface TypedCall {
  name: string;
  target?: Type;
  args: Type[];
}

/** The type that a function or an arithmetic operator gives; notes what is wrong with the call. */
export function typeOfFunction(walk: Walk, node: Node, call: TypedCall): Type {
  const { env, names, parsed } = walk;
  if (!env.funcs.find(call.name)) return wrong(walk, unknownFunction(call.name));
  const isOfHost = Object.hasOwn(names.functions, call.name);
  const result = resultOf(env, call);
  if ('fault' in result && isOfHost)
    return wrong(walk, `${call.name} takes one to eight texts, in ${shown(walk, node)}`);
  if ('fault' in result) return wrong(walk, `${result.fault}, in ${shown(walk, node)}`);
  if (call.name === 'secret') secretNamed(walk, node);
  if (isOfHost) return result;
  const always = constantFault(env, parsed, node);
  return always === undefined ? result : wrong(walk, `${shown(walk, node)} always fails: ${always}`);
}

/** The worker looks a secret up under a name that the step declares, so it must be known before anything runs. */
function secretNamed(walk: Walk, { exprKind }: Node): void {
  const [node, ...more] = exprKind.case === 'callExpr' ? exprKind.value.args : [];
  const name = node && textOf(node);
  const { secrets } = walk.names;
  if (name === undefined || more.length > 0)
    wrong(walk, 'secret takes one name in quotes, such as secret("TOKEN")');
  else if (secrets && !secrets.includes(name))
    wrong(walk, `secret ${name} is not listed in the \`secrets\` of this step${hint(name, secrets)}`);
}

/** Functions of the host, and where each can be used. */
const elsewhere: Partial<Record<string, string>> = {
  hashFiles: 'in the key of a cache',
  secret: 'in the url, headers and body of an http call',
};

function unknownFunction(name: string): string {
  const place = elsewhere[name];
  if (place !== undefined) return `${name} can be used ${place} only`;
  if (name === 'has') return 'has takes a field, such as has(event.data.author)';
  if (['exists', 'all', 'exists_one', 'existsOne', 'map', 'filter'].includes(name))
    return `${name} takes a name and an expression, such as list.${name}(item, item != "")`;
  return `there is no function ${name}`;
}

function resultOf(env: CelEnv, call: TypedCall): Type | { fault: string } {
  const overloads = [...(env.funcs.find(call.name) ?? [])];
  const fitting = overloads.filter((overload) => accepts(overload, call));
  if (fitting.length === 0) return { fault: misuse(overloads, call) };
  const [left, right] = call.args;
  if (call.name === '_+_' && left?.kind === 'list' && right?.kind === 'list') return join(left, right);
  // The library says that `split` gives a list of anything.
  if (call.name === 'split') return listOf(string);
  return fitting.map(({ result }) => typeOfCel(result)).reduce(join, never);
}

function accepts(overload: CelFunc, { target, args }: TypedCall): boolean {
  if ((overload.target === undefined) !== (target === undefined)) return false;
  if (overload.target && target && !fits(target, typeOfCel(overload.target))) return false;
  return (
    overload.arguments.length === args.length &&
    overload.arguments.every((wanted, at) => fits(args[at] ?? never, typeOfCel(wanted)))
  );
}

function misuse(overloads: CelFunc[], { name, target, args }: TypedCall): string {
  const sign = operatorSign(name);
  if (sign !== undefined) return `${sign} cannot take ${args.map(describe).join(' and ')}`;
  const methods = overloads.filter((overload) => overload.target !== undefined);
  if (target === undefined && methods.length === overloads.length) {
    return `${name} is written behind its value: value.${name}(...)`;
  }
  if (target !== undefined && methods.length === 0)
    return `${name} is written around its value: ${name}(value)`;
  const sameForm = target === undefined ? overloads : methods;
  const here = sameForm.filter((one) => !one.target || (target && fits(target, typeOfCel(one.target))));
  if (target !== undefined && here.length === 0) {
    const owners = sameForm.map((one) => describe(one.target ? typeOfCel(one.target) : dyn));
    return `${name} belongs to ${either(owners)}, not to ${describe(target)}`;
  }
  const wanted = here.map((one) => one.arguments.map((type) => describe(typeOfCel(type))).join(' and '));
  return `${name} takes ${either(wanted.map((words) => words || 'nothing'))}, not ${args.map(describe).join(' and ') || 'nothing'}`;
}

/** Alternatives as people list them, each once: `a, b or c`. */
function either(alternatives: string[]): string {
  const unique = [...new Set(alternatives)];
  const last = unique.pop() ?? '';
  return unique.length === 0 ? last : `${unique.join(', ')} or ${last}`;
}

/** How an operator is written, from the name that the parser gives it; undefined for a function. */
export function operatorSign(name: string): string | undefined {
  if (name === '@in') return 'in';
  if (name === '_[_]') return '[]';
  return /^[_!-]/.test(name) ? name.replaceAll('_', '') : undefined;
}

/** Why a call of nothing but literals, or of a fixed pattern, always fails; undefined when it does not. */
function constantFault(env: CelEnv, parsed: ParsedExpression, node: Node): string | undefined {
  const kind = node.exprKind;
  if (kind.case !== 'callExpr') return undefined;
  const { function: name, target, args } = kind.value;
  const isPattern = name === 'matches' && args.length === 1 && args.every(isText);
  if (!isPattern && ![...(target ? [target] : []), ...args].every(isLiteral)) return undefined;
  const [pattern] = args;
  const value = { ...kind.value, ...(isPattern && pattern && { target: pattern }) };
  const expr = { ...node, exprKind: { ...kind, value } };
  const result = plan(env, { ...parsed, expr })({});
  return isCelError(result) ? result.message : undefined;
}

const isLiteral = ({ exprKind }: Node): boolean => exprKind.case === 'constExpr';
const isText = (node: Node): boolean => textOf(node) !== undefined;

/** The text of a literal in quotes; undefined for everything else. */
export function textOf({ exprKind }: Node): string | undefined {
  const constant = exprKind.case === 'constExpr' ? exprKind.value.constantKind : undefined;
  return constant?.case === 'stringValue' ? constant.value : undefined;
}

const constants: Partial<Record<string, Type>> = {
  boolValue: { kind: 'bool' },
  int64Value: { kind: 'int' },
  uint64Value: { kind: 'uint' },
  doubleValue: { kind: 'double' },
  stringValue: { kind: 'string' },
  bytesValue: { kind: 'bytes' },
  nullValue: { kind: 'null' },
};

/** The type of a literal, from the parser's name for it. */
export const typeOfConstant = (name = ''): Type => constants[name] ?? dyn;
