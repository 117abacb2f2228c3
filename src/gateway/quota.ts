import { SagalineError } from '../domain/errors';
import { charge, type RateLimit } from '../domain/rate-limit';

/** Senders whose use is remembered; the one that was quiet for longest is forgotten, whose credit is the likeliest to be full. */
const maxSenders = 10_000;

/** Counts what each sender has used of its source's limit, at this gateway. */
export class Quota {
  private readonly fullAt = new Map<string, number>();

  /** Takes `count` events of an authenticated sender into account, where there is a limit. Throws RateLimited, and charges nothing, when they are too many. */
  charge(source: string, sender: string, limit: RateLimit | undefined, count: number): void {
    if (!limit) return;
    const key = `${source}\n${sender}`;
    const result = charge(limit, this.fullAt.get(key) ?? 0, performance.now(), count);
    if ('waitMs' in result) {
      const detail = `${source} takes ${String(limit.perSecond)} events a second, and ${String(limit.burst)} at once`;
      throw new SagalineError('RateLimited', detail, { retryAfterMs: result.waitMs });
    }
    this.fullAt.delete(key);
    this.fullAt.set(key, result.fullAtMs);
    if (this.fullAt.size <= maxSenders) return;
    const [quietest] = this.fullAt.keys();
    if (quietest !== undefined) this.fullAt.delete(quietest);
  }
}
