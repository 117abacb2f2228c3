import fc from 'fast-check';
import { isCandidateTurn } from '../../src/domain/traffic-split';

const turns = (n: number, weight: number) =>
  Array.from({ length: n }, (_, at) => isCandidateTurn(at + 1, weight)).filter(Boolean).length;

describe('traffic split', () => {
  it('gives the candidate its exact share after any number of requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (n, weight) => {
          const candidate = turns(n, weight);
          expect(candidate).toBeLessThanOrEqual(Math.ceil((n * weight) / 100));
          expect(candidate).toBeGreaterThanOrEqual(Math.floor((n * weight) / 100));
        },
      ),
    );
  });

  it('never sends two of a minority in a row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (n, weight) => {
          expect(isCandidateTurn(n, weight) && isCandidateTurn(n + 1, weight)).toBe(false);
        },
      ),
    );
  });

  it.each([0, 100])('sends nothing or everything at %d percent', (weight) => {
    expect(turns(1000, weight)).toBe(weight * 10);
  });
});
