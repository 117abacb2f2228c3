import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from './context';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Fills a folder of the cache: `fill` works in a temporary one beside it, which takes its place only when `fill` succeeds.
 * Of two processes that fill the same folder, the later one wins; both are complete.
 */
export async function fillFolder(target: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const memoryOf = (context: Context, name: string): string => join(context.cache, 'failed', name);

/** Whether a download of this name failed within the last day: without internet, each try costs its whole time limit. */
export async function failedToday(context: Context, name: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(memoryOf(context, name));
    return Date.now() - mtimeMs < dayMs;
  } catch {
    return false;
  }
}

/** Remembers a failed download. */
export async function rememberFailure(context: Context, name: string): Promise<void> {
  const path = memoryOf(context, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
}
