import type { PlannedStep } from '../../domain/expand';
import type { CanaryStep } from '../../domain/pipeline';
import type { Measurement } from '../../domain/release';

type Checks = (PlannedStep & CanaryStep)['with']['checks'];

/** Requests that a measurement rests on, unless a canary asks for more. */
const usualSamples = 100;

/** What a metric source answers about a candidate that meets every check, or none of them, beside a stable release. */
export function measurements(
  { checks, minSamples }: { checks: Checks; minSamples: number },
  meets: boolean,
): Measurement[] {
  const samples = Math.max(minSamples, usualSamples);
  return [...new Set(checks.map(({ query }) => query))].map((query) => {
    const own = checks.filter((check) => check.query === query);
    const limits = own.flatMap(({ max }) => max ?? []);
    const stable = limits.length > 0 ? Math.min(...limits) / 2 : usualValue(query);
    const limit = Math.max(...limits, ...own.map(({ maxIncrease = 0 }) => stable * (1 + maxIncrease)));
    // A limit of 0 has no double.
    const bad = limit * 2 || 1;
    return { query, candidate: { samples, value: meets ? stable : bad }, stable: { samples, value: stable } };
  });
}

/** A thousandth of the requests, or 100 ms. */
const usualValue = (query: string): number => (query.endsWith('-rate') ? 0.001 : 100);
