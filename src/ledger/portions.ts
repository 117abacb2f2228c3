/** The rows in their order, in lists of at most `size`. */
export function* portions<T>(rows: readonly T[], size: number): Iterable<T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
