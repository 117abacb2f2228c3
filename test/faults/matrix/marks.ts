import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Steps tell where they are by empty files: this is the one of an attempt at the beginning or the end of its script. */
export const markOf = (
  folder: string,
  commit: string,
  step: string,
  at: 'begin' | 'end' | 'undo',
  attempt: number,
): string => join(folder, 'marks', `${commit}-${step}-${at}-${String(attempt)}`);

export const hasFile = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What the migration of a commit did and undid, in order: every `up` and `down` is a line that a script wrote. */
export async function migrationsOf(folder: string, commit: string): Promise<string[]> {
  const text = await readFile(join(folder, 'migrations'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.endsWith(` ${commit}`))
    .map((line) => line.split(' ')[0]!);
}
