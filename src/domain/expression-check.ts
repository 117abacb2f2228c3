import {
  type Names,
  type Node,
  shown,
  textOf,
  typeOfConstant,
  typeOfFunction,
  type Walk,
  wrong,
} from './expression-calls';
import { environment } from './expression-functions';
import { asker, equality, loopItem, membership, truth } from './expression-operators';
import type { ParsedExpression } from './expression-tree';
import {
  bool,
  comparable,
  describe,
  dyn,
  hint,
  isNumber,
  isUnknown,
  join,
  listOf,
  mapOf,
  missingField,
  never,
  type Type,
  typeNames,
} from './expression-types';

export type { Names } from './expression-calls';

/**
 * The type of an expression, and everything that is wrong with it whatever its values are: unknown names, fields and
 * functions, and operands of a type that an operator cannot take. A part that is wrong counts as `dyn` for what is around it.
 */
export function checkExpression(parsed: ParsedExpression, names: Names): { type: Type; faults: string[] } {
  const env = environment(names.functions);
  const walk: Walk = { parsed, names, env, faults: new Set(), bound: new Map(), loop: '' };
  return { type: typeOf(walk, parsed.expr), faults: [...walk.faults] };
}

function typeOf(walk: Walk, node: Node | undefined): Type {
  if (!node) return dyn;
  const { exprKind: kind } = node;
  switch (kind.case) {
    case 'constExpr':
      return typeOfConstant(kind.value.constantKind.case);
    case 'identExpr':
      return typeOfName(walk, kind.value.name);
    case 'selectExpr':
      return selected(walk, kind.value);
    case 'callExpr':
      return typeOfOperation(walk, node, kind.value);
    case 'listExpr':
      return listOf(kind.value.elements.map((element) => typeOf(walk, element)).reduce(join, never));
    case 'structExpr':
      return struct(walk, kind.value);
    case 'comprehensionExpr':
      return loop(walk, node, kind.value);
    default:
      return dyn;
  }
}

function typeOfName(walk: Walk, name: string): Type {
  const type = walk.bound.get(name) ?? walk.names.variables.get(name);
  if (type) return type;
  if (typeNames.has(name)) return { kind: 'type' };
  return wrong(walk, `unknown name ${name}${hint(name, [...walk.names.variables.keys()])}`);
}

/** `has(x.field)` asks whether there is such a field, `x.field` what is in it. */
function selected(walk: Walk, { operand, field, testOnly }: Select): Type {
  const type = member(walk, operand, field);
  return testOnly ? bool : type;
}

function member(walk: Walk, operand: Node | undefined, field: string, type = typeOf(walk, operand)): Type {
  if (type.kind === 'map') return type.value;
  if (isUnknown(type)) return dyn;
  if (type.kind !== 'object')
    return wrong(walk, `${shown(walk, operand)} is ${describe(type)} and has no fields`);
  return type.fields.get(field) ?? (type.loose ? dyn : wrong(walk, missingField(type, field)));
}

function element(walk: Walk, of: Node, at: Node): Type {
  const type = typeOf(walk, of);
  const key = textOf(at);
  if (key !== undefined && type.kind === 'object') return member(walk, of, key, type);
  const index = typeOf(walk, at);
  switch (type.kind) {
    case 'list':
      if (isNumber(index) || isUnknown(index)) return type.element;
      return wrong(walk, `${shown(walk, of)} is a list and is read by number, not by ${describe(index)}`);
    case 'object':
      if (index.kind !== 'string' && !isUnknown(index))
        return wrong(walk, `${shown(walk, of)} is a map and is read by name, not by ${describe(index)}`);
      return type.loose ? dyn : [...type.fields.values()].reduce(join, never);
    case 'map':
      if (comparable(index, type.key)) return type.value;
      return wrong(walk, `${shown(walk, of)} has ${describe(type.key)} as key, not ${describe(index)}`);
    case 'dyn':
    case 'never':
      return dyn;
    default:
      return wrong(walk, `${shown(walk, of)} is ${describe(type)} and has no elements`);
  }
}

function typeOfOperation(walk: Walk, node: Node, { function: name, target, args }: Call): Type {
  const [first, second, third] = args;
  switch (name) {
    case '_&&_':
    case '_||_':
    case '!_':
      for (const arg of args) truth(walk, asker(walk, name, args), arg, typeOf(walk, arg));
      return bool;
    case '@not_strictly_false':
      return typeOf(walk, first);
    case '_?_:_':
      truth(walk, asker(walk, '?', args), first, typeOf(walk, first));
      return join(typeOf(walk, second), typeOf(walk, third));
    case '_[_]':
      return first && second ? element(walk, first, second) : dyn;
    case '_==_':
    case '_!=_':
      equality(walk, [first, typeOf(walk, first)], [second, typeOf(walk, second)]);
      return bool;
    case '@in':
      membership(walk, [first, typeOf(walk, first)], [second, typeOf(walk, second)]);
      return bool;
    default: {
      const types = args.map((arg) => typeOf(walk, arg));
      return typeOfFunction(walk, node, {
        name,
        args: types,
        ...(target && { target: typeOf(walk, target) }),
      });
    }
  }
}

function struct(walk: Walk, { messageName, entries }: Struct): Type {
  const keys = entries.map(({ keyKind }) => (keyKind.case === 'mapKey' ? mapKey(walk, keyKind.value) : dyn));
  const values = entries.map(({ value }) => typeOf(walk, value));
  if (messageName === '') return mapOf(keys.reduce(join, never), values.reduce(join, never));
  return wrong(walk, `there is no type ${messageName}`);
}

function mapKey(walk: Walk, node: Node): Type {
  const type = typeOf(walk, node);
  if (isUnknown(type) || isNumber(type) || ['string', 'bool'].includes(type.kind)) return type;
  return wrong(walk, `${shown(walk, node)} is ${describe(type)} and cannot be the key of a map`);
}

function loop(walk: Walk, node: Node, parts: Loop): Type {
  const { iterRange, iterVar, accuVar, accuInit, loopCondition, loopStep, result } = parts;
  const written = walk.parsed.sourceInfo?.macroCalls[String(node.id)]?.exprKind;
  const range = typeOf(walk, iterRange);
  const start = typeOf(walk, accuInit);
  const inside = new Map(walk.bound).set(iterVar, loopItem(walk, iterRange, range)).set(accuVar, start);
  const within = {
    ...walk,
    bound: inside,
    loop: written?.case === 'callExpr' ? written.value.function : 'a loop',
  };
  inside.set(accuVar, join(start, typeOf(within, loopStep)));
  typeOf(within, loopCondition);
  return typeOf(within, result);
}

type ValueOf<C> = Extract<Node['exprKind'], { case: C }>['value'];
type Select = ValueOf<'selectExpr'>;
type Call = ValueOf<'callExpr'>;
type Struct = ValueOf<'structExpr'>;
type Loop = ValueOf<'comprehensionExpr'>;
