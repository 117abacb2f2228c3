import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeDurably } from '../durable-file';
import { isAlive, type ProcessIdentity, processIdentitySchema } from '../process-identity';

/** The right to be the only agent of a state folder, held until the process ends: nothing releases it earlier. */
export interface Lock {
  /** False once the state folder was removed from under its holder. */
  exists(): Promise<boolean>;
}

/**
 * Numbered files, of which the highest counts: a successor adds the next number and never touches the file of its
 * predecessor, so that two who find the same dead holder cannot both win. Undefined when a living process holds it.
 */
export async function acquireLock(folder: string, identity: ProcessIdentity): Promise<Lock | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = Math.max(0, ...(await numbers(folder)));
    const holder = await readJson(join(folder, `${String(highest)}.json`), processIdentitySchema);
    if (holder && (await isAlive(holder))) return undefined;
    const own = highest + 1;
    if (!(await create(folder, own, identity))) continue;
    const present = await numbers(folder);
    if (Math.max(...present) === own) {
      await Promise.all(present.filter((number) => number < own).map((number) => remove(folder, number)));
      return lock(folder, own);
    }
    await remove(folder, own);
  }
}

function lock(folder: string, number: number): Lock {
  return {
    exists: () =>
      stat(join(folder, `${String(number)}.json`)).then(
        () => true,
        () => false,
      ),
  };
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
}

async function create(folder: string, number: number, identity: ProcessIdentity): Promise<boolean> {
  const temporary = join(folder, randomUUID());
  await writeDurably(temporary, identity);
  try {
    await link(temporary, join(folder, `${String(number)}.json`));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function remove(folder: string, number: number): Promise<void> {
  return rm(join(folder, `${String(number)}.json`), { force: true });
}
