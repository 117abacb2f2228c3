/**
 * Whether the n-th request (from 1) since the last change of weight goes to the candidate. Spreads them evenly: after n
 * requests the candidate has had floor(n * weight / 100) of them, never more.
 */
export function isCandidateTurn(n: number, weight: number): boolean {
  return share(n, weight) > share(n - 1, weight);
}

function share(n: number, weight: number): number {
  return Math.floor((n * weight) / 100);
}
