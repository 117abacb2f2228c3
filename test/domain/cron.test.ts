import { Cron } from 'croner';
import fc from 'fast-check';
import { cronSchema, scheduleCronSchema } from '../../src/domain/cron';
import { cronCalendars } from '../../src/domain/cron-calendar';
import { evaluateCondition } from '../../src/domain/expression';
import { eventOf } from './fixtures';

const sign = fc.constantFrom(...Array.from('0123456789*,-/LW#?'), 'MON', 'jul', 'WED');
const field = fc.array(sign, { minLength: 1, maxLength: 4 }).map((signs) => signs.join(''));
const patterns = fc.tuple(field, field, field, field, field).map((fields) => fields.join(' '));
const plain = fc
  .tuple(fc.nat(4), field)
  .map(([at, odd]) => ['0', '3', '*', '*', '*'].with(at, odd).join(' '));

it('takes for a schedule exactly what is a cron and can be scheduled', () => {
  fc.assert(
    fc.property(fc.oneof(patterns, plain), (pattern) => {
      const isScheduled = cronSchema.safeParse(pattern).success && cronCalendars(pattern) !== undefined;
      expect(scheduleCronSchema.safeParse(pattern).success).toBe(isScheduled);
    }),
    { numRuns: 2000 },
  );
});

it('leaves to a freeze what the platform reads by itself', () => {
  expect(cronSchema.safeParse('0 18 L * *').success).toBe(true);
});

it.each([
  ['0 3 L * *', '0 3 L * *', '0 3 28-31 * *'],
  // The library takes what people write for this to be every Friday.
  ['0 3 * * 5L', '0 3 * * 5#L', '0 3 * * 5'],
  ['0 3 * * MON#1', '0 3 * * MON#1', '0 3 * * MON'],
])('tells what to write instead of %s', (written, meant, instead) => {
  const why = scheduleCronSchema.safeParse(written).error?.issues[0]?.message;
  const [, when = ''] = /`when: (.*)`/.exec(why ?? '') ?? [];
  const from = new Date('2026-01-01T00:00:00Z');
  const times = (cron: string, count: number) =>
    new Cron(cron, { paused: true, timezone: 'UTC' }).nextRuns(count, from).map((time) => time.toISOString());
  const held = times(instead, 60).filter(
    (time) => evaluateCondition(when, { event: eventOf('k', { time }) }).matched,
  );
  expect(held.length).toBeGreaterThan(5);
  expect(held).toEqual(times(meant, held.length));
});
