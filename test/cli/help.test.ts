import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../src/cli/terminal';
import { sagaline } from './capture';

const root = join(__dirname, '../..');

/** Every command, found in the help of those above it. */
async function commandsBelow(words: string[]): Promise<string[][]> {
  const { out } = await sagaline([...words, '--help']);
  const listed = /^Commands:\n((?: {2}.*\n)+)/m.exec(out)?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name);
  const inner = names.filter((name) => name !== 'help').map((name) => [...words, name]);
  const deeper = await Promise.all(inner.map(commandsBelow));
  return inner.flatMap((one, at) => [one, ...(deeper[at] ?? [])]);
}

it('every command has help with an example, and a place in docs/cli.md', async () => {
  const commands = await commandsBelow([]);
  expect(commands.length).toBeGreaterThan(18);
  const document = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  for (const words of commands) {
    const { code, out, err } = await sagaline([...words, '--help']);
    const example = new RegExp(`\\nExample:\\n  sagaline ${words.join(' ')}`);
    expect({ words, code, err, example: example.test(out) }).toEqual({
      words,
      code: 0,
      err: '',
      example: true,
    });
    expect(document).toContain(`sagaline ${words.join(' ')}`);
  }
});

it('docs/cli.md lists the exit codes', () => {
  const document = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const listed = [...document.matchAll(/^\| (\d) \| /gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(exitCodes));
});

it('--help shows every command, --version the version of the package', async () => {
  const { code, out } = await sagaline(['--help']);
  expect(code).toBe(0);
  expect(out).toContain('Usage: sagaline [options] [command]');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await sagaline(['--version'])).toEqual({ code: 0, out: `${String(version)}\n`, err: '' });
});

it.each([[[]], [['fly']], [['--colour']]])('the command line %j is refused with a hint', async (words) => {
  const { code, out, err } = await sagaline(words);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/--help/);
});
