/** Replaces secrets in a stream of text, also where one is split over two chunks. */
export interface Redactor {
  /** Text that is safe to pass on now; the end of the chunk may be held back. */
  push(chunk: string): string;
  /** What was held back, redacted. */
  end(): string;
}

export const mask = '[secret]';

/** Values shorter than this would match ordinary text everywhere. */
const minSecretLength = 4;

/** Shorter pieces of a value's base64 would be found in ordinary text. */
const minInnerLength = 8;

/** Every spelling of a value that tools commonly print: plain, JSON-escaped, in base64 and percent-encoded. */
function spellings(value: string): string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, escaped, ...inBase64(value), ...percentEncoded(value), ...value.split('\n')];
}

/** Of the value alone, and of what of it is the same behind any other text, such as the user before a password. */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.toString('base64');
  const inner = [0, 1, 2]
    .map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      // A character that also holds bits of what stands before or behind is not the same everywhere.
      const from = Math.ceil((before * 8) / 6);
      return text.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
    })
    .filter((text) => text.length >= minInnerLength);
  return [whole, whole.replace(/=+$/, ''), ...inner].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** Libraries differ in what they leave as it is, in how they write a space, and in the case of digits. */
function percentEncoded(value: string): string[] {
  const common = encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
  const strict = common.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return [common, strict, strict.replaceAll('%2F', '/')]
    .flatMap((text) => [text, text.replaceAll('%20', '+')])
    .flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase())]);
}

/** What to look for, the longest first, so that no part of a secret is left behind another. */
const needlesOf = (secrets: readonly string[]): string[] =>
  [...new Set(secrets.flatMap(spellings))]
    .filter((needle) => needle.length >= minSecretLength)
    .sort((a, b) => b.length - a.length);

/** Finds the needle that begins first, and of several the longest. */
const patternOf = (needles: readonly string[]): RegExp =>
  new RegExp(needles.map((needle) => needle.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|') || '(?!)', 'g');

/** A function that masks the secrets, in every usual spelling, in whole texts. */
export function masker(secrets: readonly string[]): (text: string) => string {
  const pattern = patternOf(needlesOf(secrets));
  return (text) => text.replace(pattern, mask);
}

export function redactor(secrets: string[]): Redactor {
  const needles = needlesOf(secrets);
  const pattern = patternOf(needles);
  let held = '';
  return {
    push(chunk) {
      held += chunk;
      const pending = pendingFrom(held, needles, pattern);
      const safe = held.slice(0, pending);
      held = held.slice(pending);
      return safe.replace(pattern, mask);
    },
    end() {
      const rest = held.replace(pattern, mask);
      held = '';
      return rest;
    },
  };
}

/** Where the text begins to be undecided: its end there could be the beginning of a needle, or of a longer one. */
function pendingFrom(text: string, needles: readonly string[], pattern: RegExp): number {
  const longest = (needles[0]?.length ?? 1) - 1;
  const first = Math.max(0, text.length - longest);
  // What belongs to a needle that is complete begins no other.
  const complete = [...text.matchAll(pattern)]
    .map((match) => ({ from: match.index, to: match.index + match[0].length }))
    .filter(({ to }) => to > first);
  for (let from = first; from < text.length; from += 1) {
    const end = text.slice(from);
    const isWithin = complete.some((match) => match.from < from && from < match.to);
    if (!isWithin && needles.some((needle) => needle.length > end.length && needle.startsWith(end)))
      return from;
  }
  return text.length;
}
