import { benchNames, parseBenchArguments } from '../../bench/arguments';
import { bounded, figure, isMet, quantile } from '../../bench/figures';

test('a quantile is a sample that the share of all samples does not exceed', () => {
  const samples = [30, 10, 20, 40];
  expect([0, 0.25, 0.5, 0.51, 0.95, 1].map((share) => quantile(samples, share))).toEqual([
    10, 10, 20, 30, 40, 40,
  ]);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test('a bounded figure is judged by its largest sample, an unbounded one not at all', () => {
  expect(isMet(bounded('time', 'ms', [1, 2, 3], 3))).toBe(true);
  expect(isMet(bounded('time', 'ms', [1, 2, 3.1], 3))).toBe(false);
  expect(isMet(figure('time', 'ms', [1e9]))).toBe(true);
});

test('without names every bench runs; an unknown name is refused with the known ones', () => {
  expect(parseBenchArguments([]).names).toEqual([...benchNames]);
  expect(parseBenchArguments(['memory', '--json'])).toEqual({ names: ['memory'], json: true, help: false });
  expect(() => parseBenchArguments(['memroy'])).toThrow('there is no bench memroy; there are gateway,');
});
