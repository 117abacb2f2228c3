import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnGroup } from '../../../../src/process';
import { until } from '../../../support/until';
import type { Stage } from '../stage';

export const built = join(__dirname, '../../../../dist');
const stopGraceMs = 30_000;

/** The environment of a running process. */
export async function environmentOf(pid: number): Promise<Record<string, string>> {
  const text = await readFile(`/proc/${String(pid)}/environ`, 'utf8');
  const pairs = text.split('\0').filter((pair) => pair.includes('=') && !pair.startsWith('NODE_CHANNEL'));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Ends the platform's own worker, whose supervisor stands still from then on; what it was started with is returned. */
export async function endWorker({
  world,
}: Pick<Stage, 'world'>): Promise<{ pid: number; env: Record<string, string> }> {
  const pid = await world.pid('worker');
  if (pid === undefined) throw new Error('there is no worker');
  const env = await environmentOf(pid);
  world.freeze();
  await world.kill('worker');
  return { pid, env };
}

/** Starts another worker, from this build or a later one; resolves when it polls. */
export async function startWorkerLike(
  env: Record<string, string>,
  folder: string,
  dist = built,
): Promise<{ stop: () => Promise<void> }> {
  const log = await open(join(folder, 'second-worker.log'), 'a');
  const argv = [process.execPath, join(dist, 'workers/main.js')];
  const group = spawnGroup(argv, { cwd: folder, env, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  await log.close();
  let ready = false;
  group.child.once('message', () => (ready = true));
  await until('the other worker polls', () => ready);
  return { stop: () => group.stop(stopGraceMs) };
}
