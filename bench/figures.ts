import Table from 'cli-table3';

/** One measured quantity: its samples in order of size, in short; all null where there are none. */
export interface Figure {
  what: string;
  unit: 'ms' | 'MB' | 'KB' | 'times' | 'per second' | 'per minute' | 'events' | 'bytes';
  /** Number of samples. */
  n: number;
  min: number | null;
  p50: number | null;
  p95: number | null;
  max: number | null;
  /** What must hold; null for what is only written down. */
  target: Target | null;
  /** Where it lies on a curve of growth. */
  point?: Point;
  /** Why there are no samples. */
  absent?: string;
}

/** The number that counts, and the bound that it must keep to. */
export type Target = { value: number; atMost: number } | { value: number; atLeast: number };

/** A place on a curve: `x` of what `grows`. */
export interface Point {
  curve: string;
  grows: string;
  x: number;
}

/** Smallest sample that at least the fraction `share` of all samples does not exceed. Throws RangeError without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('a quantile needs at least one sample');
  return found;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Sums samples up; `target` sees the result. */
export function figure(
  what: string,
  unit: Figure['unit'],
  samples: readonly number[],
  target: Target | null = null,
  point?: Point,
): Figure {
  const at = (share: number) => quantile(samples, share);
  const numbers = { n: samples.length, min: at(0), p50: at(0.5), p95: at(0.95), max: at(1) };
  return { what, unit, ...numbers, target, ...(point && { point }) };
}

/** A figure that could not be measured, and why. */
export const absent = (what: string, unit: Figure['unit'], why: string): Figure => ({
  ...{ what, unit, n: 0, min: null, p50: null, p95: null, max: null, target: null },
  absent: why,
});

/** A figure whose largest sample counts. */
export function bounded(
  what: string,
  unit: Figure['unit'],
  samples: readonly number[],
  atMost: number,
): Figure {
  return figure(what, unit, samples, { value: quantile(samples, 1), atMost });
}

/** True when the figure has no target or meets it. */
export function isMet({ target }: Figure): boolean {
  if (target === null) return true;
  return 'atMost' in target ? target.value <= target.atMost : target.value >= target.atLeast;
}

/** A table for people: a line for each bench, and its figures below. */
export function tableOf(
  found: readonly { backend: string; name: string; figures: readonly Figure[] }[],
): string {
  const table = new Table({
    head: ['figure', 'unit', 'n', 'min', 'p50', 'p95', 'max', 'target'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { backend, name, figures } of found) {
    table.push([{ colSpan: 8, content: `${name}, ${backend}` }]);
    for (const one of figures) {
      const why = one.absent === undefined ? undefined : [{ colSpan: 5, content: `none: ${one.absent}` }];
      table.push([one.what, one.unit, String(one.n), ...(why ?? [...numbersOf(one), targetText(one)])]);
    }
  }
  return table.toString();
}

/** Its four numbers as text. */
export const numbersOf = ({ min, p50, p95, max, unit }: Figure): string[] =>
  [min, p50, p95, max].map((value) => (value === null ? '' : value.toFixed(unit === 'times' ? 2 : 1)));

/** What must hold, and whether it does; empty without a target. */
export function targetText(one: Figure): string {
  const { target } = one;
  if (target === null) return '';
  const bound = 'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;
  return `${target.value.toFixed(2)}, ${bound}: ${isMet(one) ? 'met' : 'MISSED'}`;
}
