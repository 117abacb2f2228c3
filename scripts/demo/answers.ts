/** One request of the load generator and what became of it. */
export interface Answer {
  /** When the answer was complete, in ms since the epoch; for a request without one, when it was sent. */
  at: number;
  /** HTTP status; 0 when the connection ended or timed out before there was an answer. */
  status: number;
  /** What the service says of itself in `x-shop-version`; null when nothing says so. */
  version: string | null;
  /** Time from request to answer in ms. */
  ms: number;
}

/** A stretch of time, both ends included, in ms since the epoch. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Count {
  requests: number;
  /** Requests answered with 4xx or 5xx, or not at all. */
  failed: number;
}

/** What users met of one version while it was a candidate. */
export interface Exposure extends Count {
  /** Requests of all versions while it was a candidate. */
  requestsBeside: number;
  /** Fraction of those that this version answered. */
  share: number;
  /** Time in ms from the first failed answer of this version to the last; null when none failed. */
  failingMs: number | null;
}

const isFailed = ({ status }: Answer): boolean => status < 200 || status >= 400;
const within =
  ({ from, to }: Stretch) =>
  ({ at }: Answer): boolean =>
    at >= from && at <= to;

/** Counts what was answered in a stretch of time. */
export function countAnswers(answers: Answer[], stretch: Stretch): Count {
  const seen = answers.filter(within(stretch));
  return { requests: seen.length, failed: seen.filter(isFailed).length };
}

/** What users met of `version` while it was a candidate; undefined when it never answered. */
export function exposureTo(answers: Answer[], version: string, candidacy: Stretch): Exposure | undefined {
  const own = answers.filter((answer) => answer.version === version).sort((a, b) => a.at - b.at);
  if (own.length === 0) return undefined;
  const requestsBeside = answers.filter(within(candidacy)).length;
  const failed = own.filter(isFailed);
  const [firstFailed, lastFailed] = [failed[0], failed.at(-1)];
  return {
    requests: own.length,
    failed: failed.length,
    requestsBeside,
    share: own.length / Math.max(requestsBeside, own.length),
    failingMs: firstFailed && lastFailed ? lastFailed.at - firstFailed.at : null,
  };
}
