import { type Node, operatorSign, shown, type Walk, wrong } from './expression-calls';
import { comparable, describe, dyn, isUnknown, string, type Type } from './expression-types';

/** A part of an expression with its type. */
type Operand = readonly [Node | undefined, Type];

/** A loop is read as operators on what it has gathered so far, which nobody has written. */
export function asker({ loop }: Walk, name: string, args: Node[]): string {
  const isGathering = args.some(
    ({ exprKind: kind }) => kind.case === 'identExpr' && kind.value.name.startsWith('@'),
  );
  return isGathering ? loop : (operatorSign(name) ?? name);
}

/** An operand of `&&`, `||`, `!` and `?`, and what a loop asks of each element. */
export function truth(walk: Walk, sign: string, node: Node | undefined, type: Type): void {
  if (type.kind === 'bool' || isUnknown(type)) return;
  wrong(walk, `${sign} needs true or false, but ${shown(walk, node)} is ${describe(type)}`);
}

/** Both sides of `==` and `!=`, each with its type. */
export function equality(walk: Walk, [left, one]: Operand, [right, other]: Operand): void {
  if (comparable(one, other)) return;
  if (one.kind === 'list' && other.kind === 'list') {
    wrong(walk, `the elements of ${shown(walk, left)} and of ${shown(walk, right)} are never equal`);
    return;
  }
  const sides = `${shown(walk, left)} is ${describe(one)} and ${shown(walk, right)} is ${describe(other)}`;
  wrong(walk, `${sides}: they are never equal`);
}

/** Both sides of `in`, each with its type. */
export function membership(walk: Walk, [item, one]: Operand, [container, all]: Operand): void {
  const member = partOf(all);
  if (member) {
    if (comparable(one, member)) return;
    const what = `${all.kind === 'list' ? 'an element' : 'a key'} of ${shown(walk, container)} ${describe(member)}`;
    wrong(walk, `${shown(walk, item)} is ${describe(one)} and ${what}: they are never equal`);
  } else if (!isUnknown(all)) {
    const advice = all.kind === 'string' ? ': write text.contains(part)' : '';
    wrong(walk, `in needs a list or a map, but ${shown(walk, container)} is ${describe(all)}${advice}`);
  }
}

/** What a loop gives to its variable: the elements of a list, or the names in a map. */
export function loopItem(walk: Walk, node: Node | undefined, range: Type): Type {
  const part = partOf(range) ?? (isUnknown(range) ? dyn : undefined);
  return part ?? wrong(walk, `a loop needs a list or a map, but ${shown(walk, node)} is ${describe(range)}`);
}

/** The type of an element of a list, or of a key of a map; undefined for what is neither. */
function partOf(type: Type): Type | undefined {
  if (type.kind === 'list') return type.element;
  if (type.kind === 'map') return type.key;
  return type.kind === 'object' ? string : undefined;
}
