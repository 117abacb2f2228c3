import { milliseconds } from '../../src/domain/duration';
import { durationSchema } from '../../src/domain/duration-schema';

it.each([
  ['500ms', 500],
  ['1.5s', 1500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['0s', 0],
])('%s is %d ms', (text, wanted) => {
  expect(milliseconds(durationSchema.parse(text))).toBe(wanted);
});

it.each(['', '30', '-1s', '1 s', '1w', '1e3s', 'Infinitys', '10000000s', '1.2345s', '1S'])(
  'refuses %j',
  (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
  },
);
