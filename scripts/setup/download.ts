import { chmod, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { failedToday, fillFolder, rememberFailure } from './cached';
import { type Context, runCommand } from './context';
import { executableAt } from './executable';

/** Time in ms that a download may take, after which another way is quicker or the only one. */
const downloadMs = 20_000;

export type Downloadable = 'temporal' | 'test-server';

/** Where a downloaded binary lies in the cache. */
export const downloadedPath = (context: Context, name: Downloadable): string =>
  join(context.cache, 'download', name, name);

/** Downloads through the Temporal SDK, which knows where its binaries are; undefined when that failed within a day. */
export async function download(context: Context, name: Downloadable): Promise<string | undefined> {
  const path = downloadedPath(context, name);
  if (await executableAt(path)) return path;
  if (await failedToday(context, name)) return undefined;
  context.tell(`downloading ${name} (at most ${downloadMs / 1000} s)`);
  try {
    await fillFolder(join(path, '..'), (folder) => downloadInto(context, name, folder));
  } catch (error) {
    context.signal.throwIfAborted();
    await rememberFailure(context, name);
    throw error;
  }
  return path;
}

async function downloadInto(context: Context, name: Downloadable, folder: string): Promise<void> {
  // In a process of its own, because the SDK's download can be neither limited in time nor stopped.
  const argv = [process.execPath, join(__dirname, 'download-main.js'), name, folder];
  const result = await runCommand(context, argv, { timeoutMs: downloadMs });
  if (result.timedOut) throw new Error(`not finished within ${downloadMs / 1000} s`);
  if (result.exitCode !== 0) throw new Error(lastLine(result.stderr).slice(0, 200));
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error('the SDK left no file');
  await rename(join(folder, file), join(folder, name));
  await chmod(join(folder, name), 0o755);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
