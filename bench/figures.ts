import Table from 'cli-table3';

/** One measured quantity: its samples in order of size, in short. */
export interface Figure {
  what: string;
  unit: 'ms' | 'MB' | 'times' | 'per second' | 'events';
  /** Number of samples. */
  n: number;
  min: number;
  p50: number;
  p95: number;
  max: number;
  /** What must hold; null for what is only written down. */
  target: Target | null;
}

interface Target {
  /** The number that counts, and the most that it may be. */
  value: number;
  atMost: number;
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
): Figure {
  const at = (share: number) => quantile(samples, share);
  return { what, unit, n: samples.length, min: at(0), p50: at(0.5), p95: at(0.95), max: at(1), target };
}

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
export const isMet = ({ target }: Figure): boolean => target === null || target.value <= target.atMost;

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['figure', 'unit', 'n', 'min', 'p50', 'p95', 'max', 'target'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const one of figures) {
    const numbers = [one.min, one.p50, one.p95, one.max].map((value) =>
      value.toFixed(one.unit === 'times' ? 2 : 1),
    );
    table.push([one.what, one.unit, String(one.n), ...numbers, targetText(one)]);
  }
  return table.toString();
}

function targetText(one: Figure): string {
  const { target } = one;
  if (target === null) return '';
  return `${target.value.toFixed(2)}, at most ${target.atMost}: ${isMet(one) ? 'met' : 'MISSED'}`;
}
