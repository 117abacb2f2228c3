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
}

interface Visit {
  node: Node;
  depth: number;
  inLoop: boolean;
  bound: ReadonlySet<string>;
}

/** Walks an expression without recursion, because its depth is what is measured. */
export function expressionFacts(root: Node): ExpressionFacts {
  const facts: ExpressionFacts = {
    depth: 0,
    nestedLoop: false,
    variables: new Set(),
  };
  const open: Visit[] = [{ node: root, depth: 1, inLoop: false, bound: new Set() }];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    facts.depth = Math.max(facts.depth, visit.depth);
    note(facts, visit);
    open.push(...children(visit));
  }
  return facts;
}

function note(facts: ExpressionFacts, { node, inLoop, bound }: Visit): void {
  const kind = node.exprKind;
  if (kind.case === 'identExpr' && !bound.has(kind.value.name)) facts.variables.add(kind.value.name);
  if (kind.case === 'comprehensionExpr' && inLoop) facts.nestedLoop = true;
}

function children({ node, depth, inLoop, bound }: Visit): Visit[] {
  const below = (child: Node | undefined, change: Partial<Visit> = {}): Visit[] =>
    child ? [{ node: child, depth: depth + 1, inLoop, bound, ...change }] : [];
  const kind = node.exprKind;
  switch (kind.case) {
    case 'selectExpr':
      return below(kind.value.operand);
    case 'callExpr':
      return [kind.value.target, ...kind.value.args].flatMap((child) => below(child));
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
