/** The beginning of a text, at most `units` UTF-16 units long and never half a character. */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(units - 1));
  return text.slice(0, splitsPair ? units - 1 : units);
}

/** Keys that assign to a prototype when code copies them carelessly. */
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A copy of parsed JSON that databases and UTF-8 can hold: without NUL, lone surrogates and prototype keys. */
export function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => inner !== undefined && !refusedKeys.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [cleanText(key), clean(inner)]));
}

/** A text without NUL, and with U+FFFD where a surrogate stands alone. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
