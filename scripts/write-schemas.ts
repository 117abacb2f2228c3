import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas, schemaText } from '../src/cli/json-schemas';
import { withFieldTables } from './field-tables';

/** Files that are made of the zod schemas, by their path below the repository's root, with the text they should have. */
export function generatedFiles(root: string): Map<string, string> {
  const schemas = Object.entries(publishedSchemas).map(([name, schema]): [string, string] => [
    `schema/${name}`,
    schemaText(schema()),
  ]);
  const reference = 'docs/pipelines.md';
  return new Map([...schemas, [reference, withFieldTables(readFileSync(join(root, reference), 'utf8'))]]);
}

if (require.main === module) {
  for (const [path, text] of generatedFiles(process.cwd())) writeFileSync(join(process.cwd(), path), text);
}
