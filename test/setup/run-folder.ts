import { mkdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clearAbandoned, ownFolder } from '../../workers/work-folder';

/** A folder for this run of the tests, with `tmp` in it; removes those of runs that were killed. */
export async function runFolder(): Promise<string> {
  const runs = join(tmpdir(), 'sagaline-test');
  const folder = await ownFolder(runs);
  await clearAbandoned(runs);
  await mkdir(join(folder, 'tmp'));
  return folder;
}

export async function removeRunFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  // The last of several runs at a time removes what they share.
  await rmdir(dirname(folder)).catch(() => undefined);
}
