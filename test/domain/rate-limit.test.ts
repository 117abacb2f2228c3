import fc from 'fast-check';
import { charge, type RateLimit } from '../../src/domain/rate-limit';

const limits = fc.record({
  perSecond: fc.double({ min: 0.01, max: 10_000, noNaN: true }),
  burst: fc.integer({ min: 1, max: 1_000 }),
});

/** Times in ms at which single events are let through, of those at which they come. */
function passed(limit: RateLimit, times: readonly number[]): number[] {
  let state = 0;
  return times.filter((now) => {
    const result = charge(limit, state, now, 1);
    if ('waitMs' in result) return false;
    state = result.fullAtMs;
    return true;
  });
}

it('lets in any span of time pass no more than the burst and what the rate gives in it', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(limits, gaps, (limit, between) => {
      let now = 0;
      const through = passed(
        limit,
        between.map((gap) => (now += gap)),
      );
      through.forEach((first, from) => {
        through.slice(from).forEach((last, more) => {
          const most = limit.burst + ((last - first) / 1_000) * limit.perSecond;
          expect(more + 1).toBeLessThanOrEqual(most + 2e-3);
        });
      });
    }),
  );
});

it('lets the whole burst pass at once, and says when the next may come', () => {
  fc.assert(
    fc.property(limits, (limit) => {
      const times = Array.from({ length: limit.burst + 5 }, () => 1_000);
      expect(passed(limit, times)).toHaveLength(limit.burst);
      let state = 0;
      for (let sent = 0; sent < limit.burst; sent++)
        state = (charge(limit, state, 1_000, 1) as { fullAtMs: number }).fullAtMs;
      const { waitMs } = charge(limit, state, 1_000, 1) as { waitMs: number };
      expect(waitMs).toBeGreaterThan(0);
      expect(charge(limit, state, 1_000 + waitMs, 1)).toHaveProperty('fullAtMs');
    }),
  );
});

it('lets a batch that is larger than the burst pass once, and has it paid for', () => {
  const limit = { perSecond: 10, burst: 5 };
  expect(charge(limit, 0, 1_000, 50)).toEqual({ fullAtMs: 6_000 });
  expect(charge(limit, 6_000, 1_000, 1)).toEqual({ waitMs: 4_600 });
});
