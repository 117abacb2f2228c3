import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { processesOf } from '../../scripts/demo/leftovers';
import { isFree } from '../../src/target/free-port';
import { until } from './until';

/** Processes of the folder, ports of the list, workspaces and temporary files that are still there, one line each. */
export async function leftovers(folder: string, ports: number[]): Promise<string[]> {
  // What was told to stop may take a moment to leave the process table.
  await until('no process is left', async () => (await processesOf(folder)).length === 0).catch(
    () => undefined,
  );
  const processes = (await processesOf(folder)).map(
    ({ pid, command }) => `process ${String(pid)}: ${command}`,
  );
  const taken = await Promise.all(
    ports.map(async (port) => ((await isFree(port)) ? [] : [`port ${String(port)}`])),
  );
  const workspaces = await glob('state/work/*/*', { cwd: folder, onlyDirectories: true, dot: true });
  const temporary = await readdir(join(folder, 'tmp'));
  return [...processes, ...taken.flat(), ...workspaces, ...temporary.map((name) => `tmp/${name}`)];
}
