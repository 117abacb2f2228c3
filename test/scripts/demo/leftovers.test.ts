import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesOf } from '../../../scripts/demo/leftovers';

test('finds a process by its folder until it has ended', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-leftovers-')));
  const child = spawn(process.execPath, ['--eval', 'console.log(1); setInterval(() => {}, 1000)'], {
    env: { STATE: folder },
  });
  try {
    await once(child.stdout, 'data');
    expect((await processesOf(folder)).map(({ pid }) => pid)).toEqual([child.pid]);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(folder, { recursive: true });
  }
  expect(await processesOf(folder)).toEqual([]);
});
