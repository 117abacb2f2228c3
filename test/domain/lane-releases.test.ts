import fc from 'fast-check';
import { settled } from '../../src/domain/lane-releases';
import { releaseOf } from './fixtures';

describe('settled', () => {
  const [one, two, three] = [releaseOf('r-1'), releaseOf('r-2'), releaseOf('r-3')];

  it('moves what was live to the front of the earlier ones', () => {
    expect(settled({ live: one, earlier: [two] }, three, 5)).toEqual({ live: three, earlier: [one, two] });
  });

  it('leaves everything when nothing changed', () => {
    expect(settled({ live: one, earlier: [two] }, one, 5)).toEqual({ live: one, earlier: [two] });
  });

  it('goes back without naming a release twice', () => {
    expect(settled({ live: two, earlier: [one] }, one, 5)).toEqual({ live: one, earlier: [two] });
  });

  it('keeps a lane empty after its first release failed', () => {
    expect(settled({ live: null, earlier: [] }, null, 5)).toEqual({ live: null, earlier: [] });
  });

  it('keeps earlier ones unique, bounded and without the live one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 1, max: 8 })), { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (lives, keep) => {
          let releases = settled({ live: null, earlier: [] }, null, keep);
          for (const live of lives) {
            releases = settled(releases, live === null ? null : releaseOf(`r-${String(live)}`), keep);
            const ids = releases.earlier.map(({ id }) => id);
            expect(new Set(ids).size).toBe(ids.length);
            expect(ids.length).toBeLessThanOrEqual(keep);
            expect(ids).not.toContain(releases.live?.id);
          }
        },
      ),
    );
  });
});
