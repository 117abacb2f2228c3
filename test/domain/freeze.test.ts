import fc from 'fast-check';
import { milliseconds } from '../../src/domain/duration';
import { frozen } from '../../src/domain/freeze';
import { type Freeze, freezeSchema } from '../../src/domain/freeze-schema';

const freeze = (given: Record<string, unknown>): Freeze =>
  freezeSchema.parse({ reason: 'quiet', zone: 'Europe/Berlin', ...given });
const at = (iso: string) => Date.parse(iso);
const until = (freezes: Freeze[], iso: string) => {
  const answer = frozen(freezes, at(iso));
  return answer && new Date(answer.untilMs).toISOString().slice(0, 16);
};

const weekend = freeze({ cron: '0 17 * * FRI', for: '64h' });

test.each([
  ['2026-11-06T15:59:59.999Z', null],
  ['2026-11-06T16:00:00Z', '2026-11-09T08:00'],
  ['2026-11-08T12:00:00Z', '2026-11-09T08:00'],
  ['2026-11-09T07:59:59.999Z', '2026-11-09T08:00'],
  ['2026-11-09T08:00:00Z', null],
])('a weekend from Friday 17:00 in Berlin, asked at %s, ends at %s', (now, end) => {
  expect(until([weekend], now)).toBe(end);
});

test.each([
  // Summer time ends on Sunday: the window began by summer's clock and lasts its 64 hours.
  ['the end of summer time', '2026-10-25T12:00:00Z', '2026-10-26T07:00'],
  ['the begin of summer time', '2026-03-29T12:00:00Z', '2026-03-30T08:00'],
])('a weekend over %s lasts as long as any other', (_, now, end) => {
  expect(until([weekend], now)).toBe(end);
});

const night = freeze({ cron: '30 2 * * *', for: '1h' });

test.each([
  ['2026-03-28T01:29:59Z', null],
  ['2026-03-28T01:30:00Z', '2026-03-28T02:30'],
  // 02:30 does not exist on this night: the hour is frozen by either reading.
  ['2026-03-29T00:29:59Z', null],
  ['2026-03-29T00:30:00Z', '2026-03-29T02:30'],
  ['2026-03-29T01:29:59Z', '2026-03-29T02:30'],
  ['2026-03-29T02:30:00Z', null],
  // 02:30 comes twice on this night.
  ['2026-10-25T00:29:59Z', null],
  ['2026-10-25T00:30:00Z', '2026-10-25T02:30'],
  ['2026-10-25T01:00:00Z', '2026-10-25T02:30'],
  ['2026-10-25T02:29:59Z', '2026-10-25T02:30'],
  ['2026-10-25T02:30:00Z', null],
])('an hour at 02:30 on the nights when clocks are set, asked at %s, ends at %s', (now, end) => {
  expect(until([night], now)).toBe(end);
});

const christmas = freeze({ from: '2026-12-24', to: '2026-12-27T12:00', reason: 'Christmas' });

test.each([
  ['2026-12-23T22:59:59Z', null],
  ['2026-12-23T23:00:00Z', '2026-12-27T11:00'],
  ['2026-12-27T10:59:59Z', '2026-12-27T11:00'],
  ['2026-12-27T11:00:00Z', null],
])('dates are days of the zone, asked at %s, until %s', (now, end) => {
  expect(until([christmas], now)).toBe(end);
});

test('dates that the clocks show twice or never give the longer freeze', () => {
  const autumn = freeze({ from: '2026-10-25T02:30', to: '2026-10-25T02:45' });
  expect(until([autumn], '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:45');
  const spring = freeze({ from: '2026-03-29T02:30', to: '2026-03-29T02:45' });
  expect(until([spring], '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:45');
});

test('a date that no calendar has is an error, not a freeze that never comes', () => {
  expect(() => freeze({ from: '2026-12-40', to: '2027-01-01' })).toThrow('is not in the calendar');
  expect(() => freeze({ from: '2026-02-30', to: '2027-01-01' })).toThrow('is not in the calendar');
});

test('of windows that overlap the latest end counts, all reasons are given, and only teams of each may override', () => {
  const both = [
    freeze({ from: '2026-12-01', to: '2026-12-10', reason: 'audit', override: ['team-a', 'team-b'] }),
    freeze({ from: '2026-12-05', to: '2026-12-07', reason: 'sale', override: ['team-b', 'team-c'] }),
    freeze({ from: '2026-12-20', to: '2026-12-30', reason: 'later' }),
  ];
  expect(frozen(both, at('2026-12-06T12:00:00Z'))).toEqual({
    untilMs: at('2026-12-09T23:00:00Z'),
    reason: 'audit; sale',
    override: ['team-b'],
  });
  expect(frozen(both, at('2026-12-08T12:00:00Z'))).toMatchObject({
    reason: 'audit',
    override: ['team-a', 'team-b'],
  });
});

test('windows without a gap are one freeze, and a window that never closes says when to ask again', () => {
  const days = [
    freeze({ from: '2026-12-01', to: '2026-12-02', reason: 'first' }),
    freeze({ from: '2026-12-02', to: '2026-12-03', reason: 'second' }),
    freeze({ from: '2026-12-03T00:01', to: '2026-12-04', reason: 'third' }),
  ];
  expect(frozen(days, at('2026-12-01T12:00:00Z'))).toMatchObject({
    untilMs: at('2026-12-02T23:00:00Z'),
    reason: 'first',
  });
  const always = frozen([freeze({ cron: '@daily', for: '1d' })], at('2026-12-01T12:00:00Z'));
  expect(always?.untilMs).toBeGreaterThan(at('2027-01-01T00:00:00Z'));
});

test('nothing is frozen without a window', () => {
  expect(frozen([], 0)).toBeNull();
});

describe('against every minute of the calendar', () => {
  const minute = 60_000;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const shown = new Map<number, string>();
  /** What clocks in Berlin show at a full minute: `DD/MM/YYYY, hh:mm`. */
  const berlin = (ms: number) => {
    const known = shown.get(ms) ?? format.format(ms);
    shown.set(ms, known);
    return known;
  };
  const names = (cron: string, ms: number) => {
    const [minutes = '', hours = ''] = cron.split(' ');
    const [, hour, minuteOfHour] = /, (\d+):(\d+)$/.exec(berlin(ms)) ?? [];
    return (
      minutes.split(',').includes(String(Number(minuteOfHour))) &&
      (hours === '*' || hours.split(',').includes(String(Number(hour))))
    );
  };
  /** The nights of both changes of the clocks and an ordinary one. */
  const nights = ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-06-10T01:00:00Z'].map(at);
  const minutesOf = fc.uniqueArray(fc.constantFrom(0, 5, 30, 50, 59), { minLength: 1, maxLength: 3 });
  const hoursOf = fc.oneof(
    fc.constant('*'),
    fc
      .uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 })
      .map((hours) => hours.join(',')),
  );
  const anything = fc.record({
    cron: fc.tuple(minutesOf, hoursOf).map(([minutes, hours]) => `${minutes.join(',')} ${hours} * * *`),
    for: fc.constantFrom('1m', '10m', '45m', '2h', '7h'),
    now: fc
      .tuple(
        fc.constantFrom(...nights),
        fc.integer({ min: -300, max: 300 }),
        fc.integer({ min: 0, max: 59_999 }),
      )
      .map(([night, minutes, ms]) => night + minutes * minute + ms),
  });

  test('a window is open exactly when a time that the pattern names lies within its length', () => {
    fc.assert(
      fc.property(anything, ({ cron, for: length, now }) => {
        const lengthMs = milliseconds(length);
        const floor = Math.floor(now / minute) * minute;
        let start: number | undefined;
        for (let ms = floor; ms > now - lengthMs && start === undefined; ms -= minute)
          if (names(cron, ms)) start = ms;
        const answer = frozen([freeze({ cron, for: length })], now);
        if (start !== undefined) expect(answer?.untilMs).toBeGreaterThanOrEqual(start + lengthMs);
        // A time that does not exist freezes by either reading, which the calendar cannot know.
        else if (at('2026-03-29T00:00:00Z') > now || now > at('2026-03-29T09:00:00Z'))
          expect(answer).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  test('the end is later than now, and then nothing is frozen any more', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 3 }), (given) => {
        const now = given[0]!.now;
        const freezes = given.map(({ cron, for: length }) => freeze({ cron, for: length }));
        const answer = frozen(freezes, now);
        if (answer === null) return;
        expect(answer.untilMs).toBeGreaterThan(now);
        expect(frozen(freezes, answer.untilMs - 1)).not.toBeNull();
        const chained = freezes.some(
          ({ cron, for: length }) => cron?.includes(' * * * *') && milliseconds(length!) > 1_800_000,
        );
        if (!chained) expect(frozen(freezes, answer.untilMs)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
