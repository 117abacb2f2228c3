import { Cron } from 'croner';
import fc from 'fast-check';
import { type CronCalendar, cronCalendars } from '../../src/domain/cron-calendar';

/** A field of a crontab within its bounds, with names where the field has some. */
function field(least: number, greatest: number, names: string[] = [], last = greatest) {
  const number = fc.integer({ min: least, max: greatest });
  const span = fc.tuple(number, number).map(([one, other]) => [Math.min(one, other), Math.max(one, other)]);
  const step = fc.integer({ min: 1, max: greatest });
  const part = fc.oneof(
    number.map(String),
    span.map(([from, to]) => `${String(from)}-${String(to)}`),
    fc.tuple(span, step).map(([[from, to], every]) => `${String(from)}-${String(to)}/${String(every)}`),
    step.map((every) => `*/${String(every)}`),
    fc
      .tuple(fc.integer({ min: least, max: last }), step)
      .map(([from, every]) => `${String(from)}/${String(every)}`),
    ...(names.length > 0 ? [fc.constantFrom(...names)] : []),
  );
  const list = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
  return fc.oneof(fc.constant('*'), list);
}

const patterns = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    field(1, 31),
    field(1, 12, ['JAN', 'jul', 'feb-Apr']),
    field(0, 7, ['SUN', 'fri', 'mon-FRI/2', 'sat-sun', 'sun-tue'], 6),
  )
  .map((fields) => fields.join(' '));

const matches = (at: Date, calendar: CronCalendar): boolean =>
  calendar.minute.includes(at.getUTCMinutes()) &&
  calendar.hour.includes(at.getUTCHours()) &&
  calendar.dayOfMonth.includes(at.getUTCDate()) &&
  calendar.month.includes(at.getUTCMonth() + 1) &&
  calendar.dayOfWeek.includes(at.getUTCDay());

const minuteMs = 60_000;

/** The first time after `from` that a calendar matches, looking day by day; undefined when there is none for ten years. */
function next(calendars: CronCalendar[], from: Date): Date | undefined {
  const dayMs = 24 * 60 * minuteMs;
  let at = from.getTime() + minuteMs;
  for (let looked = 0; looked < 3660; looked++) {
    const day = Math.floor(at / dayMs) * dayMs;
    const open = calendars.filter((calendar) =>
      matches(new Date(day), { ...calendar, minute: [0], hour: [0] }),
    );
    for (; open.length > 0 && at < day + dayMs; at += minuteMs) {
      if (open.some((calendar) => matches(new Date(at), calendar))) return new Date(at);
    }
    at = day + dayMs;
  }
  return undefined;
}

it('comes at the times at which the cron comes', () => {
  const from = new Date('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(patterns, (pattern) => {
      let expected: Date | null;
      try {
        expected = new Cron(pattern, { paused: true, timezone: 'UTC' }).nextRun(from);
      } catch {
        // A step that is larger than its field is refused before it gets here.
        return;
      }
      const calendars = cronCalendars(pattern);
      expect(calendars).toBeDefined();
      expect(next(calendars ?? [], from)).toEqual(expected ?? undefined);
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@Daily', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])('%s is %s', (shorthand, pattern) => {
  expect(cronCalendars(shorthand)).toEqual(cronCalendars(pattern));
  const from = '2026-03-04T05:06:00Z';
  expect(next(cronCalendars(shorthand) ?? [], new Date(from))).toEqual(
    new Cron(shorthand, { paused: true, timezone: 'UTC' }).nextRun(from),
  );
});

it('takes a day that either field names, where both say something', () => {
  const [ofWeek, ofMonth] = cronCalendars('0 3 1 * MON') ?? [];
  expect(ofWeek).toMatchObject({ dayOfMonth: [1], dayOfWeek: [0, 1, 2, 3, 4, 5, 6] });
  expect(ofMonth?.dayOfMonth).toHaveLength(31);
  expect(ofMonth?.dayOfWeek).toEqual([1]);
});

it.each(['0 3 L * *', '0 3 * * MON#2', '0 3 * * 5L', '? 3 * * *', '0 3 * *', '@every 1h', '60 * * * *', ''])(
  'says nothing of %j, which five plain fields cannot say',
  (pattern) => {
    expect(cronCalendars(pattern)).toBeUndefined();
  },
);
