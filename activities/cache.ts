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
  input: Pick<ShellInput, 'cache' | 'repository' | 'change' | 'secrets'>,
  directory: string,
): Promise<MissedCache | undefined> {
  const { cache, repository } = input;
  if (!cache) return undefined;
  const key = cache.key.replace(/\0(.*?)\0/g, (_, files: string) =>
    hashFiles(directory, patterns.parse(JSON.parse(files))),
  );
  const { read, fill } = spacesOf(input);
  const nameIn = (space: string) => `${space}:${repository}:${key}`;
  for (const space of read) {
    const digest = await blobs.lookup(nameIn(space));
    if (digest === undefined) continue;
    await unpack(blobs, digest, directory);
    return undefined;
  }
  return fill === null ? undefined : { name: nameIn(fill), paths: cache.paths };
}

/** A space is all before the first colon of a name, so that no key leads from one into another. */
const shared = 'cache';
const ofSecrets = 'cache-of-secrets';
const ofPull = (number: number) => `cache-of-pull-${String(number)}`;

/**
 * In which spaces a step finds its cache, and which one it fills. What anybody may have written reaches no build of a branch: a
 * pull request fills a space of its own, and a commit that is on no known branch or tag none. Neither reads what a step with secrets kept.
 */
function spacesOf({ change: { kind, ref, pull }, secrets }: Pick<ShellInput, 'change' | 'secrets'>): {
  read: string[];
  fill: string | null;
} {
  if (kind === 'pull_request') {
    const own = pull === undefined ? null : ofPull(pull);
    return { read: own === null ? [shared] : [shared, own], fill: own };
  }
  if (ref === null || !/^refs\/(heads|tags)\//.test(ref)) return { read: [shared], fill: null };
  const space = secrets.length > 0 ? ofSecrets : shared;
  return { read: [space], fill: space };
}

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
