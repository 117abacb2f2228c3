import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillFolder } from './cached';
import { type Context, runCommand } from './context';
import { executableAt, onPath } from './executable';
import { withProgress } from './progress';

const installMs = 10 * 60_000;

/** Packages of npm with exact versions, which are no dependencies of the project. */
export interface NpmPackages {
  /** What a person reads of it. */
  title: string;
  /** Its folder in the cache. */
  name: string;
  /** Folder with the package.json and package-lock.json that say what is installed. */
  from: string;
}

/**
 * Installs the packages into the cache, once for each content of the lockfile; returns the folder with their node_modules.
 * Scripts of packages do not run. Throws where npm is missing or fails.
 */
export async function installWithNpm(context: Context, { title, name, from }: NpmPackages): Promise<string> {
  const lock = await readFile(join(from, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const target = join(context.cache, 'npm', `${name}-${digest}`);
  if (await executableAt(join(target, 'node_modules'))) return target;
  const npm = await onPath(context, 'npm');
  if (npm === undefined) throw new Error('there is no npm on PATH');
  await fillFolder(target, async (folder) => {
    for (const file of ['package.json', 'package-lock.json'])
      await copyFile(join(from, file), join(folder, file));
    const argv = [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const installing = runCommand(context, argv, { cwd: folder, timeoutMs: installMs });
    const result = await withProgress(context, `installing ${title}`, installing);
    if (result.timedOut) throw new Error(`${title}: not installed within ${installMs / 60_000} minutes`);
    if (result.exitCode !== 0) throw new Error(`npm ci of ${title}: ${result.stderr.trim().slice(-300)}`);
  });
  return target;
}
