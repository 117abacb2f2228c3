import { InvalidArgumentError } from 'commander';

export type InputValue = string | number | boolean;

/**
 * Adds one `name=value` to the inputs read so far. Throws InvalidArgumentError for one without a name.
 * `true`, `false` and a number in its usual form are sent as such; a JSON text in quotes stays a text, as all others do.
 */
export function inputOption(written: string, before: Record<string, InputValue>): Record<string, InputValue> {
  const at = written.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.');
  return { ...before, [written.slice(0, at)]: valueOf(written.slice(at + 1)) };
}

function valueOf(text: string): InputValue {
  if (text === 'true' || text === 'false') return text === 'true';
  // `1.10` and `007` are versions and codes far more often than numbers.
  if (/^-?\d/.test(text) && String(Number(text)) === text) return Number(text);
  return /^".*"$/s.test(text) ? unquoted(text) : text;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
