import type { Backend, DesiredTraffic, LaneRef } from '../../src/domain/release';
import { ask, attention, fence, lane, openTarget, type OpenTarget } from './harness';

/** A target with two releases, `old` and `new`. */
export interface TwoReleases {
  open: OpenTarget;
  stable: Backend;
  candidate: Backend;
  /** A lane of its own for each test. */
  nextLane: () => LaneRef;
  /** The share of requests in percent that the candidate gets. */
  split: (weight: number, leaseMs?: number) => DesiredTraffic;
}

/** Deploys both; `open.close` removes everything. */
export async function openTwoReleases(): Promise<TwoReleases> {
  const open = await openTarget();
  const deploy = (version: string, generation: number) =>
    open.target.deploy(lane, fence(generation), open.release(version), {}, attention());
  const stable = await deploy('old', 1);
  const candidate = await deploy('new', 2);
  let lanes = 0;
  return {
    ...{ open, stable, candidate },
    nextLane: () => ({ ...lane, service: `shop-${String(++lanes)}` }),
    split: (weight, leaseMs = 60_000) => ({ stable, candidate, weight, leaseMs, earlier: [] }),
  };
}

/** How many of so many requests each version answered. */
export async function versions(url: string, requests: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let at = 0; at < requests; at += 1) {
    const { version = 'none' } = await ask(url);
    seen[version] = (seen[version] ?? 0) + 1;
  }
  return seen;
}
