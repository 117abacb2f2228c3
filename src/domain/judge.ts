import type { Check } from './pipeline';
import { percent, quantities } from './quantity';
import type { Measurement, Sample } from './release';

export type VerdictWord = 'pass' | 'fail' | 'inconclusive';

/** The answer to one check. */
export interface CheckVerdict {
  name: string;
  query: string;
  verdict: VerdictWord;
  /** A sentence with value, limit and number of samples. */
  reason: string;
  /** The candidate's value: a fraction for rates, ms for latencies; null when there is none. */
  value: number | null;
  /** The tightest limit that applied, in the unit of `value`; null when none could be told. */
  limit: number | null;
  /** Number of the candidate's requests that the value rests on. */
  samples: number;
}

/** The answer to all checks together. */
export interface Verdict {
  verdict: VerdictWord;
  reason: string;
  checks: CheckVerdict[];
}

/** What the metric source answered, or why it gave no answer. */
export type Observation = { measurements: Measurement[] } | { failure: string };

/**
 * Judges a canary. Any fail wins over inconclusive, and inconclusive wins over pass. A value is only judged when it is
 * a finite number over at least `minSamples` requests; everything else is inconclusive, never a pass and never a fail.
 * On a lane's first release `maxIncrease` is ignored, because there is nothing to compare with.
 */
export function judge(
  checks: Check[],
  minSamples: number,
  observation: Observation,
  firstRelease: boolean,
): Verdict {
  if (checks.length === 0) return { verdict: 'pass', reason: 'no checks: passed by time', checks: [] };
  if ('failure' in observation) {
    const reason = `no measurement: ${observation.failure}`;
    return { verdict: 'inconclusive', reason, checks: checks.map((check) => unmeasured(check, reason)) };
  }
  const judged = checks.map((check) => {
    const measurement = observation.measurements.find(({ query }) => query === check.query);
    return judgeCheck(check, minSamples, measurement, firstRelease);
  });
  const verdict = worst(judged.map((check) => check.verdict));
  const deciding = judged.filter((check) => check.verdict === verdict);
  return { verdict, reason: deciding.map((check) => check.reason).join('; '), checks: judged };
}

function worst(verdicts: VerdictWord[]): VerdictWord {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function unmeasured(check: Check, why: string): CheckVerdict {
  const { name, query } = check;
  return {
    name,
    query,
    verdict: 'inconclusive',
    reason: `${name}: ${why}`,
    value: null,
    limit: null,
    samples: 0,
  };
}

function judgeCheck(
  check: Check,
  minSamples: number,
  measurement: Measurement | undefined,
  firstRelease: boolean,
): CheckVerdict {
  const { name, query, max } = check;
  if (firstRelease && max === undefined) {
    return { ...unmeasured(check, 'not compared on a first release'), verdict: 'pass' };
  }
  if (!measurement) return unmeasured(check, `no data for ${query}`);
  const { candidate, stable } = measurement;
  const { samples } = candidate;
  if (!isUsable(candidate, minSamples)) {
    return {
      ...unmeasured(check, shortage(candidate, minSamples)),
      samples,
      value: finiteOrNull(candidate.value),
    };
  }
  const { value } = candidate;
  const answers: Comparison[] = [];
  if (max !== undefined) answers.push(withinLimit(query, value, samples, max));
  if (check.maxIncrease !== undefined && !firstRelease) {
    answers.push(withinIncrease(query, value, samples, stable, check.maxIncrease, minSamples));
  }
  const verdict = worst(answers.map((answer) => answer.verdict));
  const deciding = answers.filter((answer) => answer.verdict === verdict);
  const limits = answers.flatMap((answer) => (answer.limit === null ? [] : [answer.limit]));
  const limit = limits.length === 0 ? null : Math.min(...limits);
  const reason = `${name}: ${deciding.map((answer) => answer.reason).join(', and ')}`;
  return { name, query, verdict, reason, value, limit, samples };
}

interface Comparison {
  verdict: VerdictWord;
  reason: string;
  limit: number | null;
}

function withinLimit(query: string, value: number, samples: number, max: number): Comparison {
  const [measured = '', limit = ''] = quantities(query, [value, max]);
  const reason = `${measured} ${over(query, samples)}, limit ${limit}`;
  return { verdict: value > max ? 'fail' : 'pass', reason, limit: max };
}

/** Over a stable value of 0 every value above 0 is too much: a rate that is usually 0 is better judged by `max`. */
function withinIncrease(
  query: string,
  value: number,
  samples: number,
  stable: Sample | null,
  maxIncrease: number,
  minSamples: number,
): Comparison {
  if (!stable || !isUsable(stable, minSamples)) {
    const why = stable ? shortage(stable, minSamples) : 'no data';
    return { verdict: 'inconclusive', reason: `nothing to compare with, stable has ${why}`, limit: null };
  }
  const limit = stable.value * (1 + maxIncrease);
  const [measured = '', allowed = '', before = ''] = quantities(query, [value, limit, stable.value]);
  const reason = `${measured} ${over(query, samples)}, limit ${allowed} (stable ${before} + ${percent(maxIncrease)})`;
  return { verdict: value > limit ? 'fail' : 'pass', reason, limit };
}

function isUsable(sample: Sample, minSamples: number): sample is Sample & { value: number } {
  return sample.samples >= minSamples && Number.isFinite(sample.value);
}

function shortage(sample: Sample, minSamples: number): string {
  if (sample.samples >= minSamples) return `no value over ${requests(sample.samples)}`;
  return `${requests(sample.samples)} so far, ${String(minSamples)} needed`;
}

function over(query: string, samples: number): string {
  return `${query.endsWith('-rate') ? 'of' : 'over'} ${requests(samples)}`;
}

function requests(samples: number): string {
  return `${String(samples)} ${samples === 1 ? 'request' : 'requests'}`;
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
