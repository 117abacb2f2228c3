import { readdir, readFile, readlink } from 'node:fs/promises';
import { run } from '../../src/process';

export interface Leftover {
  pid: number;
  command: string;
}

/** Processes that work in the folder or were told of it in their arguments or environment; this one does not count. */
export async function processesOf(folder: string): Promise<Leftover[]> {
  const found = process.platform === 'linux' ? await fromProc(folder) : await fromPs(folder);
  return found.filter(({ pid }) => pid !== process.pid);
}

async function fromProc(folder: string): Promise<Leftover[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid): Promise<Leftover[]> => {
      // A process that has just ended, or belongs to somebody else, cannot be read and is none of ours.
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const [command, environment] = [await read('cmdline'), await read('environ')];
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const isOurs = [command, environment, directory].some((text) => text.includes(folder));
      return isOurs ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
    }),
  );
  return found.flat();
}

async function fromPs(folder: string): Promise<Leftover[]> {
  const { stdout } = await run(['/bin/ps', '-A', '-E', '-ww', '-o', 'pid=,command='], { cwd: '/', env: {} });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && command?.includes(folder) ? [{ pid: Number(pid), command }] : [];
  });
}
