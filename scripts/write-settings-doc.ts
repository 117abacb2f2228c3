import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { variables } from '../src/variables';

const [begin, end] = ['<!-- settings -->\n', '<!-- /settings -->'];

/** A Markdown document with the table of all variables between its two settings marks; throws when it has none. */
export function withSettings(document: string): string {
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has no ${begin.trim()}`);
  const rows = Object.entries(variables).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |\n`,
  );
  return `${before}${begin}\n| variable | default | meaning |\n|---|---|---|\n${rows.join('')}\n${end}${after}`;
}

if (require.main === module) {
  const file = join(process.cwd(), 'docs', 'operating.md');
  writeFileSync(file, withSettings(readFileSync(file, 'utf8')));
}
