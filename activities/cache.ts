import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { z } from 'zod';
import type { BlobStore } from '../src/ports';
import { pack, unpack } from './archive';
import type { ShellInput } from './shell';

/** A cache that was not there and can be saved when the step has succeeded. */
export interface MissedCache {
  name: string;
  paths: string[];
}

/** Restores the step's cache; returns what to save afterwards, or undefined when there is nothing to save. */
export async function restoreCache(
  blobs: BlobStore,
  { cache, repository, change }: Pick<ShellInput, 'cache' | 'repository' | 'change'>,
  directory: string,
): Promise<MissedCache | undefined> {
  if (!cache) return undefined;
  const key = cache.key.replace(/\0(.*?)\0/g, (_, files: string) =>
    hashFiles(directory, patterns.parse(JSON.parse(files))),
  );
  const name = `cache:${repository}:${key}`;
  const digest = await blobs.lookup(name);
  if (digest === undefined) return mayFill(change) ? { name, paths: cache.paths } : undefined;
  await unpack(blobs, digest, directory);
  return undefined;
}

/** What a pull request, or a commit that is of no known ref, may read but never fill: it would reach the builds of others. */
const mayFill = ({ kind, ref }: ShellInput['change']): boolean => kind !== 'pull_request' && ref !== null;

/** Stores what the cache's paths match under its name; the first writer wins. */
export async function saveCache(
  blobs: BlobStore,
  { name, paths }: MissedCache,
  directory: string,
): Promise<void> {
  const patterns = paths.flatMap((path) => [path, `${path.replace(/\/$/, '')}/**`]);
  if (globSync(patterns, { cwd: directory, dot: true, followSymbolicLinks: false }).length === 0) return;
  await blobs.name(name, await pack(blobs, directory, patterns));
}

const patterns = z.array(z.string());

/** `hashFiles` of an expression: SHA-256 over names and contents of what the patterns match, in name order. */
function hashFiles(directory: string, globs: string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(globs, { cwd: directory, dot: true, followSymbolicLinks: false }).sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(directory, file)));
  }
  return hash.digest('hex');
}
