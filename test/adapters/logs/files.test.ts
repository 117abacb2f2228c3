import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStepLogs } from '../../../src/adapters/logs/files';

let folder: string;
let logs: FileStepLogs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-logs-'));
  logs = new FileStepLogs(folder);
});
afterEach(() => rm(folder, { recursive: true }));

it.each(['../escape', '..', '', 'a/b', 'A', 'a\0', '.'])('makes no path of the step %j', async (step) => {
  await expect(logs.append('run:a', step)).rejects.toMatchObject({ code: 'Malformed' });
  expect(await readdir(folder)).toEqual([]);
});

it.each(['../../etc/passwd', '/etc/passwd', 'a\0b'])('stays in its folder for the run %j', async (run) => {
  const stream = await logs.append(run, 'build');
  await new Promise<void>((resolve) => stream.end('x', resolve));
  const [directory, ...rest] = await readdir(folder);
  expect(directory).toMatch(/^[0-9a-f]{32}$/);
  expect(rest).toEqual([]);
});
