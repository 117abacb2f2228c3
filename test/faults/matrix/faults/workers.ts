import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnGroup } from '../../../../src/process';
import { until } from '../../../support/until';

const built = join(__dirname, '../../../../dist');
const stopGraceMs = 30_000;

/** Starts another worker with the environment of a running one, from its build or a later one; resolves when it polls. */
export async function startWorkerLike(
  pid: number,
  folder: string,
  dist = built,
): Promise<{ stop: () => Promise<void> }> {
  const environment = await readFile(`/proc/${String(pid)}/environ`, 'utf8');
  const pairs = environment
    .split('\0')
    .filter((pair) => pair.includes('=') && !pair.startsWith('NODE_CHANNEL'))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  await mkdir(join(folder, 'logs'), { recursive: true });
  const log = await open(join(folder, 'logs', 'second-worker.log'), 'a');
  const argv = [process.execPath, join(dist, 'workers/main.js')];
  const group = spawnGroup(argv, {
    cwd: folder,
    env: Object.fromEntries(pairs) as Record<string, string>,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  let ready = false;
  group.child.once('message', () => (ready = true));
  await until('the other worker polls', () => ready);
  return { stop: () => group.stop(stopGraceMs) };
}
