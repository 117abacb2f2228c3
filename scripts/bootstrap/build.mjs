import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, mustRun } from './child.mjs';
import { say, withProgress } from './progress.mjs';
import { at } from './root.mjs';

const folders = ['src', 'workflows', 'activities', 'workers', 'scripts', 'bench'];
const files = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const stamp = at('dist/.build-stamp');

/**
 * Compiles and bundles when a source has changed since the last build. `allowTypeErrors` goes on with what the compiler
 * emitted all the same: for running one test in the middle of a change.
 */
export async function build(signal, { allowTypeErrors = false } = {}) {
  // Taken before the compiler reads the sources: a change made meanwhile is built the next time.
  const state = await sourceState();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === state) return;
  const complete = await withProgress('Building', async () => {
    await rm(stamp, { force: true });
    const node = process.execPath;
    const compiler = [node, at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')];
    const { code, output } = await collect(compiler, { signal });
    if (code !== 0 && !allowTypeErrors) throw new Error(output.trim());
    if (code !== 0) say(`\ngoing on in spite of ${output.match(/error TS/g)?.length ?? 0} type errors`);
    await mustRun([node, at('dist/scripts/bundle-workflows.js')], { signal });
    return code === 0;
  });
  if (!complete) return;
  await writeFile(`${stamp}.${process.pid}`, state);
  await rename(`${stamp}.${process.pid}`, stamp);
}

/** A digest of names, sizes and times of all sources: it also changes when a file is removed or an older one put back. */
async function sourceState() {
  const hash = createHash('sha256');
  const lists = await Promise.all(folders.map(sourcesIn));
  for (const path of [...files.map(at), ...lists.flat().sort()]) {
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function sourcesIn(folder) {
  const entries = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch((error) => {
    // git keeps no empty folder.
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
