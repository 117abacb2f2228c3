import { absent, bounded, figure, isMet, quantile, tableOf } from '../../../bench/figures';

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

test('a figure that must not be below a bound is judged by that', () => {
  expect(isMet(figure('rate', 'per minute', [2099], { value: 2099, atLeast: 2100 }))).toBe(false);
  expect(isMet(figure('rate', 'per minute', [2100], { value: 2100, atLeast: 2100 }))).toBe(true);
});

test('the table has a line for each bench and says what could not be measured', () => {
  const figures = [bounded('time', 'ms', [1, 2], 1), absent('peer', 'ms', 'it needs rsync')];
  const lines = tableOf([{ backend: 'embedded', name: 'peers', figures }]).split('\n');
  const cells = lines.map((line) =>
    line
      .split('│')
      .map((cell) => cell.trim())
      .filter((cell) => cell !== ''),
  );
  expect(cells).toContainEqual(['peers, embedded']);
  expect(cells).toContainEqual(['time', 'ms', '2', '1.0', '1.0', '2.0', '2.0', '2.00, at most 1: MISSED']);
  expect(cells).toContainEqual(['peer', 'ms', '0', 'none: it needs rsync']);
});
