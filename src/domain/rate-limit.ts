/** A rate of events that is kept to in the long run, and how many may come at once. */
export interface RateLimit {
  perSecond: number;
  burst: number;
}

/** What one event costs, in ms of the rate. */
const costMs = ({ perSecond }: RateLimit): number => 1_000 / perSecond;

/**
 * Charges `count` events that come at `nowMs`, by the generic cell rate algorithm (ITU-T I.371): the state is the time in ms at
 * which the sender's credit is full again, 0 for a new one. Gives the next state, or how many ms later it may be tried again.
 * A batch larger than the burst passes when there is any credit, and is paid for afterwards.
 */
export function charge(
  limit: RateLimit,
  fullAtMs: number,
  nowMs: number,
  count: number,
): { fullAtMs: number } | { waitMs: number } {
  const from = Math.max(fullAtMs, nowMs);
  const waitMs = from + costMs(limit) - (nowMs + limit.burst * costMs(limit));
  // A thousandth of an event is more than adding up fractions gets wrong.
  return waitMs > costMs(limit) / 1_000 ? { waitMs } : { fullAtMs: from + count * costMs(limit) };
}
