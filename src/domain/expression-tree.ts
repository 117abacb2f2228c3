import type { parse } from '@bufbuild/cel';

export type ParsedExpression = ReturnType<typeof parse>;
type Node = ParsedExpression['expr'];

/** What can be known about an expression without evaluating it. */
export interface ExpressionFacts {
  /** Longest chain of nested nodes. */
  depth: number;
  /** True when a loop runs inside another loop, whose cost would be the product of both. */
  nestedLoop: boolean;
  /** Names that the context must provide. */
  variables: Set<string>;
  functions: Set<string>;
  /** Ids that follow `steps`, with the field read from that step. */
  steps: { id: string; field: string | null }[];
}

interface Visit {
  node: Node;
  depth: number;
  inLoop: boolean;
  bound: ReadonlySet<string>;
  /** The field that the surrounding node reads from this one. */
  field: string | null;
}

/** Walks an expression without recursion, because its depth is what is measured. */
export function expressionFacts(root: Node): ExpressionFacts {
  const facts: ExpressionFacts = {
    depth: 0,
    nestedLoop: false,
    variables: new Set(),
    functions: new Set(),
    steps: [],
  };
  const open: Visit[] = [{ node: root, depth: 1, inLoop: false, bound: new Set(), field: null }];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    facts.depth = Math.max(facts.depth, visit.depth);
    note(facts, visit);
    open.push(...children(visit));
  }
  return facts;
}

function note(facts: ExpressionFacts, { node, inLoop, bound, field }: Visit): void {
  const kind = node.exprKind;
  if (kind.case === 'identExpr' && !bound.has(kind.value.name)) facts.variables.add(kind.value.name);
  if (kind.case === 'callExpr') facts.functions.add(kind.value.function);
  if (kind.case === 'comprehensionExpr' && inLoop) facts.nestedLoop = true;
  const step = readMember(node);
  if (step && isVariable(step.of, 'steps') && !bound.has('steps')) facts.steps.push({ id: step.name, field });
}

function children({ node, depth, inLoop, bound }: Visit): Visit[] {
  const below = (child: Node | undefined, change: Partial<Visit> = {}): Visit[] =>
    child ? [{ node: child, depth: depth + 1, inLoop, bound, field: null, ...change }] : [];
  const kind = node.exprKind;
  const field = readMember(node)?.name ?? null;
  switch (kind.case) {
    case 'selectExpr':
      return below(kind.value.operand, { field });
    case 'callExpr':
      return [kind.value.target, ...kind.value.args].flatMap((child, at) =>
        below(child, { field: at === 1 ? field : null }),
      );
    case 'listExpr':
      return kind.value.elements.flatMap((child) => below(child));
    case 'structExpr':
      return kind.value.entries.flatMap((entry) => [
        ...below(entry.keyKind.case === 'mapKey' ? entry.keyKind.value : undefined),
        ...below(entry.value),
      ]);
    case 'comprehensionExpr': {
      const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
      const inside = { inLoop: true, bound: new Set([...bound, iterVar, iterVar2, accuVar]) };
      return [
        ...below(iterRange),
        ...below(accuInit),
        ...[loopCondition, loopStep, result].flatMap((child) => below(child, inside)),
      ];
    }
    default:
      return [];
  }
}

/** `of.name` and `of["name"]` are the same question. */
function readMember(node: Node): { of: Node; name: string } | undefined {
  const kind = node.exprKind;
  if (kind.case === 'selectExpr' && kind.value.operand) {
    return { of: kind.value.operand, name: kind.value.field };
  }
  if (kind.case !== 'callExpr' || kind.value.function !== '_[_]') return undefined;
  const [of, index] = kind.value.args;
  const key = index?.exprKind.case === 'constExpr' ? index.exprKind.value.constantKind : undefined;
  return of && key?.case === 'stringValue' ? { of, name: key.value } : undefined;
}

function isVariable(node: Node, name: string): boolean {
  return node.exprKind.case === 'identExpr' && node.exprKind.value.name === name;
}
