/** A fault at a place of a document: `path` leads to its value, as zod's issues do. */
export interface Problem {
  path: (string | number)[];
  message: string;
  /** True when the name of the field is wrong, not its value. */
  atKey?: boolean;
}

/** A path as people write it: `steps[2].with.start`; empty for the whole document. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
