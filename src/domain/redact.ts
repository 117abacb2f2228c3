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

/** Every spelling of a value that tools commonly print: plain, base64, percent-encoded, JSON-escaped. */
function spellings(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, base64, base64.replace(/=+$/, ''), encodeURIComponent(value), escaped, ...value.split('\n')];
}

/** What to look for, the longest first, so that no part of a secret is left behind another. */
const needlesOf = (secrets: readonly string[]): string[] =>
  [...new Set(secrets.flatMap(spellings))]
    .filter((needle) => needle.length >= minSecretLength)
    .sort((a, b) => b.length - a.length);

const cleaner = (needles: readonly string[]) => (text: string) =>
  needles.reduce((rest, needle) => rest.replaceAll(needle, mask), text);

/** A function that masks the secrets, in every usual spelling, in whole texts. */
export const masker = (secrets: readonly string[]): ((text: string) => string) => cleaner(needlesOf(secrets));

export function redactor(secrets: string[]): Redactor {
  const needles = needlesOf(secrets);
  let held = '';
  const clean = cleaner(needles);
  return {
    push(chunk) {
      held = clean(held + chunk);
      const keep = pendingLength(held, needles);
      const safe = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return safe;
    },
    end() {
      const rest = clean(held);
      held = '';
      return rest;
    },
  };
}

/** Length of the longest end of the text that could be the beginning of a needle. */
function pendingLength(text: string, needles: string[]): number {
  const longest = (needles[0]?.length ?? 1) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (needles.some((needle) => needle.startsWith(end))) return length;
  }
  return 0;
}
