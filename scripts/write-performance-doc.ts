import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backends } from '../bench/arguments';
import { readResults, type Results, writeResults } from '../bench/results';
import { figuresFolder, performanceDoc, performancePlots } from './performance-doc';

/** What was measured, as docs keeps it. */
export const documentedResults = (root: string): Promise<Results[]> =>
  Promise.all(backends.map((backend) => readResults(join(root, 'docs', figuresFolder), backend)));

/**
 * Takes the figures from a folder of the bench, where one is named, each bench's in place of its earlier ones, and makes the
 * document and its plots of all that docs keeps.
 */
async function main(root: string, from: string | undefined): Promise<void> {
  const folder = join(root, 'docs', figuresFolder);
  mkdirSync(folder, { recursive: true });
  if (from !== undefined)
    for (const backend of backends) {
      const { benches } = await readResults(from, backend);
      const kept = await readResults(folder, backend);
      await writeResults(folder, { backend, benches: { ...kept.benches, ...benches } });
    }
  const all = await documentedResults(root);
  const text = performanceDoc(all);
  for (const name of readdirSync(folder)) if (name.endsWith('.svg')) rmSync(join(folder, name));
  for (const [name, svg] of performancePlots(all)) writeFileSync(join(folder, name), svg);
  writeFileSync(join(root, 'docs', 'performance.md'), text);
}

if (require.main === module)
  main(process.cwd(), process.argv[2]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
