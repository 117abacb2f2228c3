import { SagalineError } from './errors';

/** A template cut at its expressions: fixed text, or the CEL text between `${` and `}`. */
export interface TemplatePart {
  kind: 'text' | 'expression';
  text: string;
}

/** Offset of the `}` that closes an expression starting at `from`, skipping braces of maps and of quoted text; -1 for none. */
function closingBrace(template: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < template.length; at++) {
    const character = template.charAt(at);
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) return at;
  }
  return -1;
}

/** Cuts a template; `$${` stands for a literal `${`. Throws InvalidPipeline for an expression without its `}`. */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let at = 0;
  while (at < template.length) {
    if (template.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (template.startsWith('${', at)) {
      const end = closingBrace(template, at + 2);
      if (end < 0) throw new SagalineError('InvalidPipeline', `\`${template.slice(at)}\` has no closing }`);
      parts.push({ kind: 'text', text }, { kind: 'expression', text: template.slice(at + 2, end) });
      text = '';
      at = end + 1;
    } else {
      text += template.charAt(at);
      at++;
    }
  }
  parts.push({ kind: 'text', text });
  return parts.filter((part) => part.kind === 'expression' || part.text !== '');
}

/** The CEL expressions of a template, in order. Throws InvalidPipeline for an expression without its `}`. */
export function expressionsIn(template: string): string[] {
  return templateParts(template)
    .filter((part) => part.kind === 'expression')
    .map((part) => part.text);
}
