import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { at } from './root.mjs';
import { say } from './progress.mjs';

const lock = at('dist/.bootstrap-lock');
const pollMs = 200;

/** Runs `work` while no other bootstrap of this checkout installs or builds. */
export async function withLock(signal, work) {
  await mkdir(at('dist'), { recursive: true });
  let told = false;
  while (!(await take())) {
    const holder = await readFile(lock, 'utf8').catch(() => undefined);
    if (holder !== undefined && !alive(Number(holder))) await breakLock(holder);
    else {
      if (!told) say(`waiting for another bootstrap (process ${holder}) to finish`);
      told = true;
      await wait(pollMs, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** link(2) makes the lock appear with its content, and fails when there is one. */
async function take() {
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(own);
  }
}

/** Takes away the lock of a process that is gone. */
async function breakLock(holder) {
  const broken = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, broken);
    // Another one may have broken it and taken it in between: then it is put back.
    if ((await readFile(broken, 'utf8')) !== holder) await link(broken, lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  } finally {
    await rm(broken, { force: true });
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
