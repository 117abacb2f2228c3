/** One attempt of a sender to deliver an event, as it lists them. */
export interface DeliveryAttempt {
  /** Id of this attempt. A text, because numbers of GitHub are too large for a double. */
  id: string;
  /** Id of the delivery, the same for all its attempts. */
  guid: string;
  /** ISO 8601. */
  deliveredAt: string;
  /** What was answered; 0 or a 5xx where nobody answered. */
  statusCode: number;
  /** The sender's name for the event, with its action. */
  event: string;
  /** Whether it was not the first. */
  isRepeated: boolean;
}

/** A delivery that never became an event, and how often it was asked for; times in ms since 1970. */
export interface MissedDelivery {
  guid: string;
  /** Id of its newest attempt. */
  attempt: string;
  event: string;
  statusCode: number;
  firstAt: number;
  lastAt: number;
  asks: number;
  askedAt: number | null;
}

/** What becomes of a missed delivery now: left for later, asked for, or never asked for again and why. */
export type Next = 'later' | 'ask' | { never: string };

const minuteMs = 60_000;
/** An attempt that is younger may not be in the ledger yet. */
const settledMs = minuteMs;
/** The first pause after asking; each later one is three times as long, up to the longest. */
const firstPauseMs = 5 * minuteMs;
const longestPauseMs = 240 * minuteMs;
/** With these pauses they last for the three days that GitHub keeps a delivery. */
const maxAsks = 20;
/** Who answers 401 or 404 has a reason, which a person has to remove. */
const maxAsksRefused = 3;
/** Deliveries of a hook that are asked for in one look. */
const maxAtOnce = 50;

/** 400 malformed, 413 too large, 415 media type, 422 kept as a dead letter: the same bytes will be answered alike. */
const finalAnswers = [400, 413, 415, 422];
/** Client errors that can pass by themselves. */
const passingAnswers = [408, 425, 429];

/** Whether the receiver took it. */
export const isTaken = (statusCode: number): boolean => statusCode >= 200 && statusCode <= 299;

/** Whether the receiver said no to this very delivery; else it was down, overloaded or nobody knows. */
const isRefused = (statusCode: number): boolean =>
  statusCode >= 400 && statusCode <= 499 && !passingAnswers.includes(statusCode);

/** Milliseconds until a delivery that was asked for so often is asked for again. */
export const pauseAfter = (asks: number): number =>
  Math.min(firstPauseMs * 3 ** Math.min(asks - 1, 10), longestPauseMs);

/** One entry for each delivery, whatever the order of its attempts: the newest attempt, and the time of the first. */
export function byDelivery(attempts: readonly DeliveryAttempt[]): Omit<MissedDelivery, 'asks' | 'askedAt'>[] {
  const known = new Map<string, Omit<MissedDelivery, 'asks' | 'askedAt'>>();
  for (const { id, guid, deliveredAt, statusCode, event } of attempts) {
    const at = Date.parse(deliveredAt);
    const before = known.get(guid);
    const firstAt = Math.min(at, before?.firstAt ?? at);
    if (before && before.lastAt >= at) known.set(guid, { ...before, firstAt });
    else known.set(guid, { guid, attempt: id, event, statusCode, firstAt, lastAt: at });
  }
  return [...known.values()];
}

/** What becomes of a delivery that the ledger does not have, at `now` in ms since 1970. */
export function nextFor(missed: MissedDelivery, now: number, windowMs: number): Next {
  const { statusCode, firstAt, lastAt, asks, askedAt } = missed;
  if (isTaken(statusCode)) return 'later';
  if (now - firstAt > windowMs) return { never: 'it is older than the window' };
  if (finalAnswers.includes(statusCode))
    return { never: `the receiver answered ${String(statusCode)}, and would again` };
  const most = isRefused(statusCode) ? maxAsksRefused : maxAsks;
  // The answer to the last time must be known before nothing more is expected of it.
  const isPausing = askedAt !== null && now - askedAt < pauseAfter(asks);
  if (isPausing || now - lastAt < settledMs) return 'later';
  if (asks >= most)
    return { never: `it was asked for ${String(asks)} times, the last answer was ${String(statusCode)}` };
  return 'ask';
}

/**
 * Deliveries to ask for now, the oldest first. Where the newest attempt of the hook got no answer, only one: the one that was
 * asked for least, because all others would be missed again.
 */
export function toAskFor(
  missed: readonly MissedDelivery[],
  newestStatus: number | undefined,
  now: number,
  windowMs: number,
): MissedDelivery[] {
  const due = missed
    .filter((one) => nextFor(one, now, windowMs) === 'ask')
    .toSorted((one, other) => one.firstAt - other.firstAt || (one.guid < other.guid ? -1 : 1));
  if (newestStatus === undefined || isAnswered(newestStatus)) return due.slice(0, maxAtOnce);
  return due.toSorted((one, other) => one.asks - other.asks).slice(0, 1);
}

/** Whether the receiver itself can have answered: what stands before it answers 5xx when it is down. */
const isAnswered = (statusCode: number): boolean => isTaken(statusCode) || isRefused(statusCode);
