import {
  type CelError,
  type CelInput,
  type CelValue,
  isCelError,
  isCelList,
  isCelMap,
  parse,
  plan,
} from '@bufbuild/cel';
import { SagalineError } from './errors';
import { environment, type HostFunctions, noFunctions } from './expression-functions';
import { toInput } from './expression-input';
import { expressionFacts, type ExpressionFacts, type ParsedExpression } from './expression-tree';
import { templateParts } from './template';

export { expressionsIn } from './template';

/** Longest expression in bytes of UTF-8. */
export const maxExpressionBytes = 4096;
const maxBrackets = 40;
const maxDepth = 200;

/** Values by name: JSON only, such as `{ event, steps }`. */
export type ExpressionContext = Readonly<Record<string, unknown>>;

export interface ExpressionOptions {
  functions?: HostFunctions;
}

/** An expression that was read, kept within its limits and may be evaluated. */
export interface CompiledExpression {
  text: string;
  facts: ExpressionFacts;
  parsed: ParsedExpression;
}

function refuse(text: string, why: string): SagalineError {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return new SagalineError('InvalidPipeline', `\`${shown}\`: ${why}`);
}

/** The parser is recursive, so the nesting is bounded before it is called; brackets in quoted text count too. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ('([{'.includes(character)) deepest = Math.max(deepest, ++depth);
    else if (')]}'.includes(character)) depth--;
  }
  return deepest;
}

/** Reads an expression; throws InvalidPipeline with CEL's message, or with the limit that it breaks. */
export function compileExpression(text: string): CompiledExpression {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxExpressionBytes) {
    throw refuse(text, `has ${String(bytes)} bytes, at most ${String(maxExpressionBytes)} are allowed`);
  }
  if (bracketDepth(text) > maxBrackets)
    throw refuse(text, `more than ${String(maxBrackets)} nested brackets`);
  if (text.trim() === '') throw refuse(text, 'is empty, but an expression is needed');
  const parsed = parseText(text);
  const facts = expressionFacts(parsed.expr);
  if (facts.depth > maxDepth) throw refuse(text, `more than ${String(maxDepth)} nested operations`);
  if (facts.nestedLoop) throw refuse(text, 'a loop such as exists or map may not run inside another');
  return { text, facts, parsed };
}

function parseText(text: string): ParsedExpression {
  try {
    return parse(text);
  } catch (error) {
    const [, line, column, why] = /^<input>:(\d+):(\d+): (.*)$/s.exec(message(error)) ?? [];
    if (why === undefined) throw refuse(text, message(error));
    // The parser lists everything that a value can begin with.
    const shorter = why.replace(/ but expecting '!', .*$/s, ' where a value is needed');
    throw refuse(text, `line ${line ?? ''}, column ${column ?? ''}: ${shorter}`);
  }
}

/** Whether a condition holds; what cannot be evaluated does not match, and the reason says why. Never throws. */
export function evaluateCondition(
  text: string,
  context: ExpressionContext,
  options: ExpressionOptions = {},
): { matched: boolean; reason: string } {
  try {
    const value = evaluate(text, context, options);
    if (typeof value === 'boolean') return { matched: value, reason: `\`${text}\` is ${String(value)}` };
    return { matched: false, reason: `\`${text}\` is neither true nor false` };
  } catch (error) {
    return { matched: false, reason: `cannot be evaluated: ${message(error)}` };
  }
}

/** Whether a condition holds. Throws InvalidPipeline when it cannot be evaluated or is neither true nor false. */
export function holds(text: string, context: ExpressionContext, options: ExpressionOptions = {}): boolean {
  const value = evaluate(text, context, options);
  if (typeof value !== 'boolean') throw refuse(text, 'is neither true nor false');
  return value;
}

/**
 * The text of a template with each `${...}` replaced by its value: a text, a number or true/false.
 * Throws InvalidPipeline naming the expression that cannot be evaluated.
 */
export function interpolate(
  template: string,
  context: ExpressionContext,
  options: ExpressionOptions = {},
): string {
  return templateParts(template)
    .map((part) =>
      part.kind === 'text' ? part.text : asText(part.text, evaluate(part.text, context, options)),
    )
    .join('');
}

/** Evaluates the expression or a part of it, which may come to an error. */
export function evaluatorOf(
  { parsed, facts }: CompiledExpression,
  context: ExpressionContext,
  options: ExpressionOptions = {},
): (part: ParsedExpression['expr']) => CelValue | CelError {
  // Without a prototype, so that the name `constructor` finds nothing.
  const bindings = Object.create(null) as Record<string, CelInput>;
  for (const name of facts.variables) {
    // The context of a long run is large, and most expressions name little of it.
    if (Object.hasOwn(context, name)) bindings[name] = toInput(context[name]);
  }
  return (expr) => plan(environment(options.functions ?? noFunctions), { ...parsed, expr })(bindings);
}

function evaluate(text: string, context: ExpressionContext, options: ExpressionOptions): CelValue {
  const compiled = compileExpression(text);
  const value = evaluatorOf(compiled, context, options)(compiled.parsed.expr);
  if (isCelError(value)) throw refuse(text, value.message);
  return value;
}

function asText(text: string, value: CelValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  const kind = value === null ? 'null' : isCelList(value) ? 'a list' : isCelMap(value) ? 'a map' : 'no text';
  throw refuse(text, `is ${kind}, but a text, a number or true/false is needed`);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
