import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SagalineError } from '../../domain/errors';
import { sha256Hex } from '../../domain/identity';
import type { BlobStore } from '../../ports';
import { digestOf, hashFile, hexOf } from './digest';
import { receive } from './receive';

/** A blob store in a folder: `sha256/ab/<digest>` for content, `names/<hash of the name>` for names. */
export class FileBlobStore implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(file: string): Promise<string> {
    const digest = digestOf(await hashFile(file));
    const target = this.path(digest);
    if (await exists(target)) return digest;
    await writeAtomically(target, (temporary) => copyFile(file, temporary));
    return digest;
  }

  async get(digest: string, file: string): Promise<void> {
    const source = this.path(digest);
    if (!(await exists(source))) throw new SagalineError('NotFound', `no blob ${digest} in the blob store`);
    await receive(createReadStream(source), digest, file, source);
  }

  async lookup(name: string): Promise<string | undefined> {
    try {
      return (await readFile(this.namePath(name), 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async name(name: string, digest: string): Promise<void> {
    const target = this.namePath(name);
    const temporary = `${target}.${randomUUID()}`;
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(temporary, digest);
      // link(2) fails when the name is taken, which makes the first writer win without a lock.
      await link(temporary, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private path(digest: string): string {
    const hex = hexOf(digest);
    return join(this.folder, 'sha256', hex.slice(0, 2), hex);
  }

  private namePath(name: string): string {
    return join(this.folder, 'names', sha256Hex(name));
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function writeAtomically(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.${randomUUID()}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await write(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
