import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { spoolFolder } from '../../config';
import { doubtful, fine, type Finding } from './finding';

const check = 'spool of the ledger';

/** Whether processes of this machine have entries that the ledger does not have yet. */
export async function spoolFinding(state: string): Promise<Finding> {
  const folder = spoolFolder(state);
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes === 0) return fine(check, 'is empty: the ledger is not behind');
  return doubtful(
    check,
    `holds ${String(bytes)} bytes that the ledger has not confirmed`,
    'Ask once more: it is emptied within seconds. If it grows, look why the gateway and the workers do not reach PostgreSQL.',
  );
}
