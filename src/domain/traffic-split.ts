/**
 * The next step of an exact split by error diffusion: `carry` (0 to 99, 0 at first) is what earlier requests left over.
 * After n requests at one weight (percent) the candidate got floor(n * weight / 100).
 */
export function nextRequest(carry: number, weight: number): { toCandidate: boolean; carry: number } {
  const sum = carry + weight;
  return sum >= 100 ? { toCandidate: true, carry: sum - 100 } : { toCandidate: false, carry: sum };
}

/** Percent of requests that the candidate gets in fact, whatever `weight` says. */
export function effectiveWeight(traffic: {
  stable: object | null;
  candidate: object | null;
  weight: number;
  lapsed: boolean;
}): number {
  const { stable, candidate, weight, lapsed } = traffic;
  if (!candidate) return 0;
  // A first release that lapsed or has no weight is still better than no release at all.
  if (!stable) return 100;
  return lapsed ? 0 : weight;
}
