import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent, bounded, figure } from '../../bench/figures';
import { keepResult, type Measured, readResults } from '../../bench/results';
import { performanceDoc, performancePlots } from '../../scripts/performance-doc';
import { documentedResults } from '../../scripts/write-performance-doc';

const root = join(__dirname, '../..');
const measured = (figures: Measured['figures'], quick = false): Measured => ({
  ...{ at: '2026-01-02T03:04:05.000Z', seconds: 61, load: [0.1, 1.9], commit: 'abc', quick, figures },
  machine: { cores: 2, memoryGib: 24, system: 'Linux', node: 'v20.20.2' },
});
const point = { curve: 'cost of an event', grows: 'events', x: 10 };

test('the document says what was measured when, on what, how often, and what was missed', () => {
  const figures = [
    bounded('time | ratio', 'times', [2], 1),
    figure('at 10', 'ms', [1, 3], null, point),
    absent('Restate', 'ms', 'no network'),
  ];
  const text = performanceDoc([{ backend: 'embedded', benches: { growth: measured(figures) } }]);
  expect(text).toContain('Measured 2026-01-02 03:04 UTC in 61 s at commit abc, 2 cores, 24 GiB');
  expect(text).toContain('load 0.1 and 1.9. Targets missed: 1.');
  expect(text).toContain(
    '| time \\| ratio | times | 1 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00, at most 1: MISSED |',
  );
  expect(text).toContain('| at 10 | ms | 2 | 1.0 | 1.0 | 3.0 | 3.0 |  |');
  expect(text).toContain('| Restate | ms | 0 |  |  |  |  | none: no network |');
  expect(text).toContain('![cost of an event](performance/embedded-cost-of-an-event.svg)');
});

test('figures of a quick run are refused', () => {
  const results = { backend: 'embedded' as const, benches: { steps: measured([], true) } };
  expect(() => performanceDoc([results])).toThrow('steps on embedded was a quick run');
});

test('what a bench measured replaces what it measured before, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-results-'));
  try {
    await keepResult(folder, 'embedded', 'steps', measured([figure('old', 'ms', [1])]));
    await keepResult(folder, 'embedded', 'peers', measured([absent('Restate', 'ms', 'no network')]));
    await keepResult(folder, 'embedded', 'steps', measured([figure('new', 'ms', [2], null, point)]));
    const { benches } = await readResults(folder, 'embedded');
    expect(benches['steps']?.figures).toEqual([figure('new', 'ms', [2], null, point)]);
    expect(benches['peers']?.figures).toEqual([absent('Restate', 'ms', 'no network')]);
    expect(await readResults(folder, 'postgresql')).toEqual({ backend: 'postgresql', benches: {} });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('docs/performance.md and its plots are made from the figures beside them', async () => {
  const all = await documentedResults(root);
  expect(readFileSync(join(root, 'docs/performance.md'), 'utf8')).toBe(performanceDoc(all));
  const folder = join(root, 'docs/performance');
  const kept = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.svg')) : [];
  expect(kept.toSorted()).toEqual(
    performancePlots(all)
      .map(([name]) => name)
      .toSorted(),
  );
  for (const [name, svg] of performancePlots(all)) expect(readFileSync(join(folder, name), 'utf8')).toBe(svg);
});
