import type { Release } from './release';

/** What a lane serves, and what it served before, newest first. */
export interface LaneReleases {
  live: Release | null;
  earlier: Release[];
}

/** Earlier releases that a lane can go back to. */
export const keptReleases = 10;

/**
 * A lane's releases after its holder has ended with `live`. A release that was undone before that end never shows among
 * the earlier ones, because only ends are settled. `earlier` keeps each release once, without the live one.
 */
export function settled(before: LaneReleases, live: Release | null, keepReleases: number): LaneReleases {
  const candidates = before.live ? [before.live, ...before.earlier] : before.earlier;
  const earlier = candidates.filter(
    (release, at) =>
      release.id !== live?.id && candidates.findIndex((other) => other.id === release.id) === at,
  );
  return { live, earlier: earlier.slice(0, keepReleases) };
}
