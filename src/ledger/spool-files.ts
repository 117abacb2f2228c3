import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SagalineError } from '../domain/errors';
import { identify, isAlive } from '../target/process-identity';
import type { LedgerEntry } from './entries';
import { readEntries } from './spool';

const ending = '.ndjson';

/** The spool file of this process: no other process, living or dead, has one of that name. */
export async function ownSpoolFile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await identify(process.pid);
  if (!identity) throw new SagalineError('Internal', 'this process cannot tell when it was started');
  return join(folder, `${String(identity.pid)}_${Buffer.from(identity.startTime).toString('hex')}${ending}`);
}

/** Ships the spools whose processes are gone, and removes them. Several may do so at once: no entry is written twice. */
export async function shipAbandoned(
  folder: string,
  ship: (entries: LedgerEntry[]) => Promise<void>,
): Promise<void> {
  const own = await ownSpoolFile(folder);
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (!name.endsWith(ending) || file === own || (await hasOwner(name))) continue;
    await shipFile(file, ship);
    await rm(file, { force: true });
  }
}

async function hasOwner(name: string): Promise<boolean> {
  const [pid = '', startTime = ''] = name.slice(0, -ending.length).split('_');
  return isAlive({ pid: Number(pid), startTime: Buffer.from(startTime, 'hex').toString('utf8') });
}

async function shipFile(file: string, ship: (entries: LedgerEntry[]) => Promise<void>): Promise<void> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    for (let position = 0; ;) {
      const { entries, bytes } = readEntries(descriptor, position);
      if (bytes === 0) return;
      await ship(entries);
      position += bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}
