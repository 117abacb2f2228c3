import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readText } from './durable-file';
import type { TargetLayout } from './layout';

/** The bearer token of agent and router, made at first use; the folder is closed to other users of the machine. */
export async function ensureToken(layout: TargetLayout): Promise<string> {
  const known = await readText(layout.token);
  if (known !== undefined) return known;
  await mkdir(layout.root, { recursive: true, mode: 0o700 });
  const temporary = `${layout.token}.${randomUUID()}`;
  await writeFile(temporary, randomBytes(32).toString('hex'), { mode: 0o600 });
  try {
    // link(2) fails when there is a token already, so that two first users agree on one.
    await link(temporary, layout.token);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(layout.token, 'utf8');
}

/** Whether an Authorization header carries the token; takes the same time for every wrong one. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  // Equal lengths are what timingSafeEqual needs, and hashing gives them without telling the token's.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
