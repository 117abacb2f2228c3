import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartedAt } from '../src/process';

/** A folder below `work` that is named after this very process, so that others can tell whether it is in use. */
export async function ownFolder(work: string): Promise<string> {
  const startedAt = await processStartedAt(process.pid);
  const folder = join(work, `${process.pid}-${encodeURIComponent(startedAt ?? 'unknown')}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Removes the workspaces of workers that were killed. */
export async function clearAbandoned(work: string): Promise<void> {
  for (const name of await readdir(work)) {
    const [pid, startedAt = ''] = name.split(/-(.*)/s);
    if ((await processStartedAt(Number(pid))) === decodeURIComponent(startedAt)) continue;
    await rm(join(work, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
