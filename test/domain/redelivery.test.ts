import fc from 'fast-check';
import {
  byDelivery,
  type DeliveryAttempt,
  type MissedDelivery,
  nextFor,
  pauseAfter,
  toAskFor,
} from '../../src/domain/redelivery';

const minute = 60_000;
const day = 24 * 60 * minute;
const now = Date.parse('2026-01-31T12:00:00Z');
const windowMs = 3 * day;
const missed = (change: Partial<MissedDelivery> = {}): MissedDelivery => ({
  ...{ guid: 'g', attempt: '1', event: 'push', statusCode: 502, firstAt: now - 10 * minute },
  ...{ lastAt: now - 10 * minute, asks: 0, askedAt: null },
  ...change,
});
const next = (change: Partial<MissedDelivery>, at = now) => nextFor(missed(change), at, windowMs);

describe('what becomes of a missed delivery', () => {
  it('is asked for when nobody answered, and left alone when it was taken', () => {
    for (const statusCode of [0, 301, 408, 429, 500, 502, 503, 504]) expect(next({ statusCode })).toBe('ask');
    for (const statusCode of [200, 202, 204]) expect(next({ statusCode })).toBe('later');
  });

  it('is left alone while it is under way', () => {
    expect(next({ lastAt: now - 59_999 })).toBe('later');
    expect(next({ lastAt: now - minute })).toBe('ask');
  });

  it('is never asked for once it is older than the window, whenever it was last delivered', () => {
    expect(next({ firstAt: now - windowMs })).toBe('ask');
    expect(next({ firstAt: now - windowMs - 1 })).toEqual({ never: 'it is older than the window' });
  });

  it('is never asked for where the same bytes would be answered alike', () => {
    for (const statusCode of [400, 413, 415, 422])
      expect(next({ statusCode })).toEqual({
        never: `the receiver answered ${String(statusCode)}, and would again`,
      });
  });

  it('is asked for three times where it was refused, which a person has to mend', () => {
    const asked = { statusCode: 401, askedAt: now - day };
    expect(next({ ...asked, asks: 2 })).toBe('ask');
    expect(next({ ...asked, asks: 3 })).toEqual({
      never: 'it was asked for 3 times, the last answer was 401',
    });
  });

  it('pauses longer each time, and gives up when the answer to the last time is known', () => {
    expect([1, 2, 3, 4, 5, 6].map((asks) => pauseAfter(asks) / minute)).toEqual([5, 15, 45, 135, 240, 240]);
    const last = { asks: 20, firstAt: now - 2 * day };
    expect(next({ ...last, askedAt: now - 239 * minute })).toBe('later');
    expect(next({ ...last, askedAt: now - 240 * minute })).toMatchObject({
      never: expect.stringMatching(/20 times/),
    });
  });
});

const attempts: fc.Arbitrary<DeliveryAttempt[]> = fc.array(
  fc.record({
    id: fc.nat(1_000).map(String),
    guid: fc.constantFrom('a', 'b', 'c'),
    deliveredAt: fc
      .date({ min: new Date(now - day), max: new Date(now), noInvalidDate: true })
      .map((date) => date.toISOString()),
    statusCode: fc.constantFrom(0, 202, 401, 422, 502),
    event: fc.constant('push'),
    isRepeated: fc.boolean(),
  }),
  { maxLength: 20 },
);

it('finds the newest attempt and the first time of each delivery, in whatever order and pages they come', () => {
  fc.assert(
    fc.property(attempts, (given) => {
      const found = byDelivery(given);
      expect(new Set(found.map(({ guid }) => guid)).size).toBe(found.length);
      expect(found.map(({ guid }) => guid).sort()).toEqual(
        [...new Set(given.map(({ guid }) => guid))].sort(),
      );
      for (const { guid, attempt, statusCode, firstAt, lastAt } of found) {
        const own = given.filter((one) => one.guid === guid);
        const times = own.map(({ deliveredAt }) => Date.parse(deliveredAt));
        expect([firstAt, lastAt]).toEqual([Math.min(...times), Math.max(...times)]);
        const newest = own.filter((one) => Date.parse(one.deliveredAt) === lastAt);
        expect(newest).toContainEqual(expect.objectContaining({ id: attempt, statusCode }));
      }
    }),
  );
});

const missedDeliveries: fc.Arbitrary<MissedDelivery[]> = fc.uniqueArray(
  fc
    .record({
      guid: fc.uuid(),
      statusCode: fc.constantFrom(0, 202, 400, 401, 404, 422, 429, 500, 502, 503),
      age: fc.nat(4 * day),
      sinceLast: fc.nat(10 * minute),
      asks: fc.nat(25),
      sinceAsked: fc.nat(8 * 60 * minute),
    })
    .map(({ guid, statusCode, age, sinceLast, asks, sinceAsked }) =>
      missed({
        ...{ guid, statusCode, asks, firstAt: now - age, lastAt: now - Math.min(age, sinceLast) },
        askedAt: asks === 0 ? null : now - sinceAsked,
      }),
    ),
  { selector: ({ guid }) => guid, maxLength: 120 },
);

it('asks for at most fifty at once, the oldest first, and for nothing that is to be left alone', () => {
  fc.assert(
    fc.property(missedDeliveries, fc.constantFrom(undefined, 202, 401), (given, newest) => {
      const chosen = toAskFor(given, newest, now, windowMs);
      const due = given.filter((one) => nextFor(one, now, windowMs) === 'ask');
      expect(chosen).toHaveLength(Math.min(due.length, 50));
      for (const [at, { statusCode, firstAt, lastAt, asks, askedAt }] of chosen.entries()) {
        expect(chosen[at - 1]?.firstAt ?? -Infinity).toBeLessThanOrEqual(firstAt);
        expect([200, 202, 400, 413, 415, 422]).not.toContain(statusCode);
        expect(now - firstAt).toBeLessThanOrEqual(windowMs);
        expect(now - lastAt).toBeGreaterThanOrEqual(minute);
        expect(asks).toBeLessThan(20);
        if (askedAt !== null) expect(now - askedAt).toBeGreaterThanOrEqual(pauseAfter(asks));
      }
    }),
  );
});

it('asks for one only while nobody answers at the other end: the one that was asked for least', () => {
  fc.assert(
    fc.property(missedDeliveries, fc.constantFrom(0, 429, 500, 502, 503), (given, newest) => {
      const due = given.filter((one) => nextFor(one, now, windowMs) === 'ask');
      const chosen = toAskFor(given, newest, now, windowMs);
      expect(chosen).toHaveLength(Math.min(due.length, 1));
      for (const { asks } of chosen) expect(asks).toBe(Math.min(...due.map((one) => one.asks)));
    }),
  );
});

it('asks a bounded number of times in the worst case, and ends every delivery', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 401, 404, 429, 500, 502, 503), { minLength: 30 }), (answers) => {
      let one = missed({ firstAt: now, lastAt: now });
      let asked = 0;
      for (let at = now; at <= now + windowMs + day; at += minute) {
        const what = nextFor(one, at, windowMs);
        if (what === 'later') continue;
        if (what !== 'ask') return asked <= 20;
        const statusCode = answers[asked % answers.length] ?? 502;
        asked += 1;
        one = { ...one, asks: asked, askedAt: at, lastAt: at, statusCode };
      }
      return false;
    }),
  );
});
