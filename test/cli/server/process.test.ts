import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { folderWith } from '../capture';

const main = join(__dirname, '../../../dist/src/cli/main.js');

let folder: string;
let remove: () => void;
beforeAll(() => ({ folder, remove } = folderWith()));
afterAll(() => remove());

/** The command as a process of its own, with nothing of this one's environment. */
function start(...words: string[]) {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return { child, closed };
}

async function said(...words: string[]) {
  const { child, closed } = start(...words);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { out, err, code };
}

it('writes a pipeline that it finds valid', async () => {
  expect(await said('init', 'library')).toMatchObject({ code: 0, err: '' });
  expect(await said('validate')).toEqual({ code: 0, err: '', out: '1 file valid: 3 steps\n' });
});

it('ends with the exit code of what it says', async () => {
  expect(await said('validate', 'nowhere')).toEqual({ code: 2, out: '', err: 'There is no nowhere.\n' });
  expect((await said('run', 'list')).code).toBe(1);
  expect((await said('--help')).code).toBe(0);
});

it('is content with a reader that stops reading', async () => {
  const { child, closed } = start('schema');
  child.stdout.destroy();
  const err = await text(child.stderr);
  expect({ code: await closed, err }).toEqual({ code: 0, err: '' });
});
