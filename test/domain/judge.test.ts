import fc from 'fast-check';
import { judge } from '../../src/domain/judge';
import type { Check } from '../../src/domain/pipeline';
import type { Measurement, Sample } from '../../src/domain/release';

const errors: Check = { name: 'errors', query: 'error-rate', max: 0.01 };
const latency: Check = { name: 'latency', query: 'p95-latency', maxIncrease: 0.2 };
const of = (query: string, candidate: Sample, stable: Sample | null = null): Measurement => ({
  query,
  candidate,
  stable,
});
const verdictOf = (check: Check, measurement: Measurement, firstRelease = false) =>
  judge([check], 50, { measurements: [measurement] }, firstRelease);

describe('judge', () => {
  it('fails a value above its limit and says so in percent of requests', () => {
    const verdict = verdictOf(errors, of('error-rate', { samples: 58, value: 0.31 }));
    expect(verdict).toMatchObject({ verdict: 'fail', reason: 'errors: 31.0 % of 58 requests, limit 1.0 %' });
    expect(verdict.checks[0]).toMatchObject({ value: 0.31, limit: 0.01, samples: 58 });
  });

  it('writes value and limit with enough digits to look different', () => {
    expect(verdictOf(errors, of('error-rate', { samples: 900, value: 0.0104 })).reason).toBe(
      'errors: 1.04 % of 900 requests, limit 1.00 %',
    );
  });

  it('passes a value equal to its limit', () => {
    expect(verdictOf(errors, of('error-rate', { samples: 50, value: 0.01 })).verdict).toBe('pass');
  });

  it.each<[string, number, number, 'pass' | 'fail']>([
    ['equal to stable plus the increase', 100, 120, 'pass'],
    ['above it', 100, 121, 'fail'],
    ['nothing over a stable value of nothing', 0, 0, 'pass'],
    ['anything over a stable value of nothing', 0, 0.1, 'fail'],
  ])('compares with stable: %s', (_, stable, value, wanted) => {
    const verdict = verdictOf(
      latency,
      of('p95-latency', { samples: 50, value }, { samples: 50, value: stable }),
    );
    expect(verdict.verdict).toBe(wanted);
  });

  it('names the stable value in a comparison', () => {
    const measurement = of('p95-latency', { samples: 60, value: 130 }, { samples: 500, value: 100 });
    expect(verdictOf(latency, measurement).reason).toBe(
      'latency: 130 ms over 60 requests, limit 120 ms (stable 100 ms + 20 %)',
    );
  });

  it('ignores comparisons on a first release, and keeps its limits', () => {
    const measurements = [
      of('error-rate', { samples: 60, value: 0.5 }),
      of('p95-latency', { samples: 60, value: 999 }),
    ];
    const verdict = judge([errors, latency], 50, { measurements }, true);
    expect(verdict.checks.map((check) => check.verdict)).toEqual(['fail', 'pass']);
  });

  it('lets a broken limit fail although the comparison has no answer', () => {
    const both = { ...errors, maxIncrease: 0.1 };
    expect(verdictOf(both, of('error-rate', { samples: 60, value: 0.5 }, null)).verdict).toBe('fail');
  });

  it('does not take a metric source that fails for a pass or a fail', () => {
    const verdict = judge([errors, latency], 50, { failure: 'connection refused' }, false);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', reason: 'no measurement: connection refused' });
  });

  it('passes by time without checks', () => {
    expect(judge([], 50, { failure: 'down' }, false)).toMatchObject({ verdict: 'pass', checks: [] });
  });

  it.each<[string, Sample, Sample | null]>([
    ['too few candidate samples', { samples: 49, value: 1 }, { samples: 50, value: 1 }],
    ['a null value', { samples: 50, value: null }, { samples: 50, value: 1 }],
    ['NaN', { samples: 50, value: Number.NaN }, { samples: 50, value: 1 }],
    ['infinity', { samples: 50, value: Infinity }, { samples: 50, value: 1 }],
    ['NaN samples', { samples: Number.NaN, value: 1 }, { samples: 50, value: 1 }],
    ['too few stable samples', { samples: 50, value: 1 }, { samples: 49, value: 1 }],
    ['no stable value', { samples: 50, value: 1 }, { samples: 50, value: null }],
    ['no stable measurement', { samples: 50, value: 1 }, null],
  ])('is inconclusive with %s', (_, candidate, stable) => {
    expect(verdictOf(latency, of('p95-latency', candidate, stable)).verdict).toBe('inconclusive');
  });

  it('is inconclusive when the source does not answer one of the queries', () => {
    expect(judge([errors], 1, { measurements: [] }, false)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'errors: no data for error-rate',
    });
  });

  const sample = fc.record({
    samples: fc.integer({ min: 0, max: 100 }),
    value: fc.option(fc.double({ min: 0, max: 10 })),
  });
  const check = fc
    .record({
      max: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
      maxIncrease: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    })
    .map(({ max, maxIncrease }): Check => ({
      name: 'check',
      query: 'q',
      ...(max === null ? {} : { max }),
      ...(maxIncrease === null ? {} : { maxIncrease }),
    }))
    .filter((one) => one.max !== undefined || one.maxIncrease !== undefined);

  it('lets fail win over inconclusive, and inconclusive over pass', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(check, sample, fc.option(sample)), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (rows, first) => {
          const checks = rows.map(([one], at) => ({ ...one, query: `q${String(at)}` }));
          const measurements = rows.map(([, candidate, stable], at) =>
            of(`q${String(at)}`, candidate, stable),
          );
          const { verdict, checks: judged } = judge(checks, 50, { measurements }, first);
          const words = judged.map((one) => one.verdict);
          const wanted = words.includes('fail')
            ? 'fail'
            : words.includes('inconclusive')
              ? 'inconclusive'
              : 'pass';
          expect(verdict).toBe(wanted);
        },
      ),
    );
  });

  it('never passes or fails a limit on fewer samples than needed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 49 }), fc.double(), (samples, value) => {
        expect(verdictOf(errors, of('error-rate', { samples, value })).verdict).toBe('inconclusive');
      }),
    );
  });

  it('never turns a fail into a pass when the candidate gets worse', () => {
    fc.assert(
      fc.property(
        check,
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.option(sample),
        (one, a, b, stable) => {
          const at = (value: number) => verdictOf(one, of('q', { samples: 50, value }, stable)).verdict;
          if (at(Math.min(a, b)) === 'fail') expect(at(Math.max(a, b))).toBe('fail');
        },
      ),
    );
  });
});
