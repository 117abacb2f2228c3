import { figure } from '../../../bench/figures';
import { curvesOf, plot, plotName } from '../../../bench/plot';

const point = (x: number) => ({ curve: 'memory & <more>', grows: 'runs', x });
const figures = [
  figure('at 1,000', 'KB', [30, 40, 50], null, point(1_000)),
  figure('elsewhere', 'ms', [1]),
  figure('at 10', 'KB', [10, 20, 30], null, point(10)),
];

test('a curve has the figures that lie on it, by rising x', () => {
  expect(curvesOf(figures)).toEqual([
    {
      ...{ name: 'memory & <more>', grows: 'runs', unit: 'KB' },
      points: [
        { x: 10, y: 20, low: 10, high: 30 },
        { x: 1_000, y: 40, low: 30, high: 50 },
      ],
    },
  ]);
});

test('a plot is well-formed, and its points lie where their values say', () => {
  const [curve] = curvesOf(figures);
  const svg = plot(curve!);
  expect(svg).toContain('memory &amp; &lt;more&gt; (KB)');
  const tags = [...svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)];
  const opened = tags.filter(([, close, , self]) => !close && !self).map(([, , name]) => name);
  const closed = tags.filter(([, close]) => close).map(([, , name]) => name);
  expect(opened.toSorted()).toEqual(closed.toSorted());
  const [first, second] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
  // From the left edge to the right one; 20 and 40 of 50, upwards.
  expect([first!.x, second!.x]).toEqual([64, 544]);
  expect((252 - second!.y) / (252 - first!.y)).toBeCloseTo(2);
});

test('a curve of one point and one of zeros can be drawn', () => {
  const [flat] = curvesOf([figure('none', 'events', [0], null, point(1))]);
  expect(plot(flat!)).not.toMatch(/NaN|Infinity/);
});

test('the name of a plot is a plain file name', () => {
  expect(plotName('memory & <more>', 'embedded')).toBe('embedded-memory-more.svg');
});
