import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create, extract } from 'tar';
import { glob } from 'tinyglobby';
import { SagalineError } from '../src/domain/errors';
import type { BlobStore } from '../src/ports';

/** Files one archive may hold; more is a mistake in a pattern. */
const maxEntries = 100_000;

/**
 * Packs what the patterns match into one archive and returns its digest; equal content gives an equal digest. The archive is made
 * beside the directory: in a workspace, which is removed also when its worker is killed.
 */
export async function pack(blobs: BlobStore, directory: string, patterns: string[]): Promise<string> {
  const files = await glob(patterns, {
    cwd: directory,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['.git/**'],
  });
  if (files.length === 0)
    throw new SagalineError('StepFailed', `no file matches artifacts ${patterns.join(', ')}`);
  if (files.length > maxEntries)
    throw new SagalineError('StepFailed', `artifacts match over ${maxEntries} files`);
  const folder = await mkdtemp(`${directory}-pack-`);
  try {
    const file = join(folder, 'artifact.tar');
    // Sorted names, no owner and one time make the archive depend on content alone.
    await create({ cwd: directory, file, portable: true, noMtime: true, noDirRecurse: true }, files.sort());
    return await blobs.put(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Unpacks an archive that `pack` made, by way of a file beside the directory; entries that would leave the folder are errors of the library. */
export async function unpack(blobs: BlobStore, digest: string, directory: string): Promise<void> {
  const folder = await mkdtemp(`${directory}-unpack-`);
  try {
    const file = join(folder, 'artifact.tar');
    await blobs.get(digest, file);
    await extract({ cwd: directory, file, strict: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
