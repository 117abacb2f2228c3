/** Number of letters to insert, delete, replace or swap with their neighbour to turn `a` into `b`. */
function distance(a: string, b: string): number {
  const [from, to] = [Array.from(a), Array.from(b)];
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of from.entries()) {
    const next = [i + 1];
    for (const [j, other] of to.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      const isSwapped = letter === to[j - 1] && other === from[i - 1];
      const swapped = isSwapped ? (before[j - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}

/** The candidate that a person most likely meant by `name`; undefined when none is close. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > 40) return undefined;
  const farthest = name.length <= 4 ? 1 : 2;
  return candidates
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far)[0]?.candidate;
}
