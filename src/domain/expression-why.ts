import { type CelError, type CelValue, isCelError, isCelList, isCelMap, unparse } from '@bufbuild/cel';
import { displayed } from './display';
import {
  type CompiledExpression,
  compileExpression,
  evaluateCondition,
  evaluatorOf,
  type ExpressionContext,
} from './expression';
import type { ParsedExpression } from './expression-tree';

type Node = ParsedExpression['expr'];

/** A condition that does not hold, while the part that is to blame is looked for. */
interface Search {
  compiled: CompiledExpression;
  valueOf: (part: Node) => CelValue | CelError;
  /** Parts that may still be evaluated. */
  left: number;
}

/** Parts looked at for one reason: each costs as much as the condition at most. */
const maxParts = 60;
/** Alternatives named of an `||` of which none holds. */
const maxAlternatives = 3;

/**
 * Whether a condition holds, and for one that does not which part said no, with the values that it compared. What cannot be
 * evaluated does not match. Never throws.
 */
export function explainCondition(
  text: string,
  context: ExpressionContext,
): { matched: boolean; reason: string } {
  const { matched, reason } = evaluateCondition(text, context);
  if (matched) return { matched, reason: `\`${displayed(text, 120)}\` is true` };
  try {
    const compiled = compileExpression(text);
    const search = { compiled, valueOf: evaluatorOf(compiled, context), left: maxParts };
    return { matched, reason: whyNot(search, compiled.parsed.expr) };
  } catch {
    return { matched, reason: displayed(reason, 300) };
  }
}

function whyNot(search: Search, node: Node): string {
  const call = node.exprKind.case === 'callExpr' ? node.exprKind.value : undefined;
  if (call?.function === '_&&_') {
    const guilty = joined(node, '_&&_').find((part) => look(search, part) !== true);
    if (guilty) return whyNot(search, guilty);
  }
  if (call?.function === '_||_') return noneHolds(search, joined(node, '_||_'));
  const value = look(search, node);
  if (isCelError(value))
    return `${source(search, node)} cannot be evaluated: ${displayed(value.message, 160)}`;
  if (typeof value !== 'boolean') return `${source(search, node)} is neither true nor false`;
  const values = compared(node)
    .map((operand) => `${source(search, operand)} is ${shown(look(search, operand))}`)
    .join(' and ');
  return `${source(search, node)} is ${String(value)}${values === '' ? '' : `: ${values}`}`;
}

function noneHolds(search: Search, alternatives: Node[]): string {
  const reasons = alternatives.slice(0, maxAlternatives).map((part) => whyNot(search, part));
  const more = alternatives.length - reasons.length;
  return `${reasons.join('; ')}${more > 0 ? `; and ${String(more)} more do not hold` : ''}`;
}

/** The operands of a chain of the same operator, in the order in which they are written. */
function joined(node: Node, operator: string): Node[] {
  const parts: Node[] = [];
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    const call = next.exprKind.case === 'callExpr' ? next.exprKind.value : undefined;
    if (call?.function === operator) open.push(...call.args.toReversed());
    else parts.push(next);
  }
  return parts;
}

/** Operands whose values tell why a comparison is false: those that are not written in it. */
function compared(node: Node): Node[] {
  if (node.exprKind.case !== 'callExpr') return [];
  const { function: name, target, args } = node.exprKind.value;
  const isMethod = target !== undefined && ['startsWith', 'endsWith', 'contains', 'matches'].includes(name);
  const isComparison = ['_==_', '_!=_', '_<_', '_<=_', '_>_', '_>=_', '@in', '!_'].includes(name);
  if (!isMethod && !isComparison) return [];
  return [...(target ? [target] : []), ...args].filter(({ exprKind }) =>
    ['selectExpr', 'identExpr', 'callExpr'].includes(exprKind.case ?? ''),
  );
}

function look(search: Search, node: Node): CelValue | CelError | undefined {
  search.left -= 1;
  return search.left < 0 ? undefined : search.valueOf(node);
}

const source = ({ compiled }: Search, expr: Node): string =>
  `\`${displayed(unparse({ ...compiled.parsed, expr }), 120)}\``;

function shown(value: CelValue | CelError | undefined): string {
  if (value === undefined || isCelError(value)) return 'unknown';
  if (typeof value === 'string') return JSON.stringify(displayed(value));
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value === null) return 'null';
  if (isCelList(value)) return `a list of ${String(value.size)}`;
  return isCelMap(value) ? `a map of ${String(value.size)}` : 'another value';
}
