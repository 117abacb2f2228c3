import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { merged, type PlayedRow, readRows, withFaults } from '../scripts/write-reliability-doc';

const docs = join(__dirname, '../docs');
const document = readFileSync(join(docs, 'reliability.md'), 'utf8');
const rows = readRows(join(docs, 'reliability.json'));

const row: PlayedRow = {
  ...{ fault: 'a fault', phase: 'during', step: 'build', backend: 'embedded', seed: '1' },
  ...{ at: '2026-11-22T08:00:30.000Z', commit: 'abc', ended: 'succeeded', seconds: 4, violations: [] },
};

it('the table in docs/reliability.md is what its generator makes of docs/reliability.json', () => {
  expect(document).toBe(withFaults(document, rows));
  expect(rows.length).toBeGreaterThan(0);
});

it('a cell that is played again takes the place of its earlier result', () => {
  const again = { ...row, violations: ['I3: late'] };
  expect(merged([row], [again])).toEqual([again]);
  expect(merged([row], [{ ...row, seed: '2' }])).toHaveLength(2);
});

it('violations are shown with the seed that finds them again', () => {
  const table = withFaults('<!-- faults -->\n<!-- /faults -->', [{ ...row, violations: ['I3: late'] }, row]);
  expect(table).toContain('| a fault | during `build` | embedded | succeeded | 2 | I3: late (seed 1) |');
  expect(table).toContain(
    '2 runs with the seeds 1, 1 with violations; played from 2026-11-22 08:00 UTC to 2026-11-22 08:00 UTC at commit abc.',
  );
});

it('a document without the marks is refused', () => {
  expect(() => withFaults('# nothing', rows)).toThrow('faults');
});
