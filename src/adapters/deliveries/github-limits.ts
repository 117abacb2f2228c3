import type { HttpAnswer } from '../../ports';

/** Milliseconds to rest after a refusal that names no time, and the longest that one is waited for. */
const unnamedMs = 60_000;
const longestMs = 60 * 60 * 1_000;

/** Whether GitHub says no only because it was asked too much; a 403 can also mean missing rights. */
export const isLimited = ({ status, headers, body }: HttpAnswer): boolean =>
  status === 429 ||
  (status === 403 &&
    (headers['retry-after'] !== undefined ||
      headers['x-ratelimit-remaining'] === '0' ||
      /rate limit/i.test(body)));

/** Milliseconds in which nothing more should be asked, at `now` in ms since 1970: a tenth of the hour's requests is left to others who use the token. */
export function restAfter(answer: HttpAnswer, now: number): number {
  const { headers } = answer;
  const retryAfter = numberOf(headers['retry-after']);
  if (retryAfter !== undefined) return bounded(retryAfter * 1_000);
  const remaining = numberOf(headers['x-ratelimit-remaining']);
  const limit = numberOf(headers['x-ratelimit-limit']) ?? 0;
  const reset = numberOf(headers['x-ratelimit-reset']);
  const isScarce = remaining !== undefined && (remaining === 0 || remaining < limit / 10);
  if (isScarce && reset !== undefined) return bounded(reset * 1_000 - now);
  return isLimited(answer) ? unnamedMs : 0;
}

const bounded = (ms: number): number => Math.min(Math.max(ms, 1_000), longestMs);

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
