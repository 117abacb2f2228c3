type Unit = 'percent' | 'ms' | 'number';

function unitOf(query: string): Unit {
  if (query.endsWith('-rate')) return 'percent';
  return query.endsWith('-latency') ? 'ms' : 'number';
}

function written(value: number, unit: Unit, digits: number): string {
  if (unit === 'percent') return `${(value * 100).toFixed(digits)} %`;
  return unit === 'ms' ? `${value.toFixed(digits)} ms` : value.toFixed(digits);
}

/**
 * Measured values in the unit of their query: fractions of a `-rate` as percent, a `-latency` in ms.
 * All get as many digits as the closest two need to look different, so that no reason reads `1.0 %, limit 1.0 %`.
 */
export function quantities(query: string, values: number[]): string[] {
  const unit = unitOf(query);
  const fewest = unit === 'ms' ? 0 : 1;
  const different = new Set(values).size;
  for (let digits = fewest; digits < 6; digits++) {
    const texts = values.map((value) => written(value, unit, digits));
    if (new Set(texts).size === different) return texts;
  }
  return values.map((value) => written(value, unit, 6));
}

/** A fraction as percent, for relative limits: `20 %`. */
export function percent(fraction: number): string {
  return `${String(Math.round(fraction * 10_000) / 100)} %`;
}
