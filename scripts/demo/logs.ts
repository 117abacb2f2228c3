import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';

const linesEach = 8;
const widest = 400;

/** The last lines of every log file under a folder, for a person who wants to know what went wrong. */
export async function lastLines(folder: string): Promise<string> {
  const files = await glob('**/*.log', { cwd: folder, dot: true, followSymbolicLinks: false });
  const parts = await Promise.all(
    files.sort().map(async (file) => {
      const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n').slice(-linesEach);
      return [`--- end of ${file}`, ...lines.map((line) => line.slice(0, widest))].join('\n');
    }),
  );
  return parts.join('\n');
}
