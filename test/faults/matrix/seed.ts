/** What a seed draws: the same text gives the same draws, in the same order. */
export interface Draws {
  /** A whole number from 0 to `limit`, without it. */
  below: (limit: number) => number;
  pick: <T>(list: readonly T[]) => T;
}

/** Draws of a text, by mulberry32 over an FNV-1a hash of it. */
export function drawsOf(text: string): Draws {
  let state = Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)]! };
}

/** Seeds of the whole matrix, from SAGALINE_FAULT_SEED with commas; undefined where only a sample is to be run. */
export function wholeSeeds(): string[] | undefined {
  const named = process.env['SAGALINE_FAULT_SEED'];
  return named === undefined || named === '' ? undefined : named.split(',');
}
