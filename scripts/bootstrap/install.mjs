import { readFile } from 'node:fs/promises';
import { mustRun } from './child.mjs';
import { withProgress } from './progress.mjs';
import { at } from './root.mjs';

/** Installs the dependencies when they are missing or not those of package-lock.json. */
export async function install(signal) {
  if (await installed()) return;
  await withProgress('Installing dependencies', () =>
    mustRun(['npm', 'ci', '--no-audit', '--no-fund'], { signal }),
  );
}

/** npm notes what it installed, as the last thing it does, in a lock file of its own inside node_modules. */
async function installed() {
  const [wanted, present] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(packages),
  );
  if (present === undefined) return false;
  const same = ([path, { version }]) => present[path]?.version === version;
  const kept = Object.entries(wanted).filter(
    ([path, entry]) => path !== '' && !entry.optional && !entry.devOptional,
  );
  return (
    kept.every(same) &&
    Object.entries(present).every(([path, { version }]) => wanted[path]?.version === version)
  );
}

async function packages(path) {
  const text = await readFile(at(path), 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return text === undefined ? undefined : JSON.parse(text).packages;
}
