import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FileStepLogs } from '../../../src/adapters/logs/files';

let folder: string;
let logs: FileStepLogs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-logs-'));
  logs = new FileStepLogs(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(run: string, step: string, content: string): Promise<void> {
  const stream = await logs.append(run, step);
  await new Promise<void>((resolve) => stream.end(content, resolve));
}

it('continues the log of a step at a later attempt', async () => {
  await write('run:a', 'build', 'one\n');
  await write('run:a', 'build', 'two\n');
  expect(await logs.size('run:a', 'build')).toBe(8);
  expect(await text(logs.read('run:a', 'build', 0, 7))).toBe('one\ntwo\n');
  expect(await text(logs.read('run:a', 'build', 2, 4))).toBe('e\nt');
});

it('keeps runs and steps apart', async () => {
  await write('run:a', 'build', 'a');
  await write('run:b', 'build', 'bb');
  await write('run:a', 'test', 'ccc');
  expect(await logs.size('run:a', 'build')).toBe(1);
  expect(await logs.size('run:b', 'build')).toBe(2);
  expect(await logs.size('run:b', 'test')).toBeUndefined();
});

it('reads nothing of an empty log', async () => {
  await write('run:a', 'build', '');
  expect(await logs.size('run:a', 'build')).toBe(0);
  expect(await text(logs.read('run:a', 'build', 0, -1))).toBe('');
});

it.each(['../escape', '..', '', 'a/b', 'A', 'a\0', '.', `a${'b'.repeat(40)}`])(
  'makes no path of the step %j',
  async (step) => {
    await expect(logs.append('run:a', step)).rejects.toMatchObject({ code: 'Malformed' });
    await expect(logs.size('run:a', step)).rejects.toMatchObject({ code: 'Malformed' });
    expect(await readdir(folder)).toEqual([]);
  },
);

it.each(['../../etc/passwd', '/etc/passwd', 'a\0b'])('stays in its folder for the run %j', async (run) => {
  await write(run, 'build', 'x');
  const [directory, ...rest] = await readdir(folder);
  expect(directory).toMatch(/^[0-9a-f]{32}$/);
  expect(rest).toEqual([]);
});
