import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createContext, findMoto } from '../../../scripts/setup';

let folder: string;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-setup-'));
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Looks in an environment in which nothing of this machine is found but a shell. */
function find(environment: Record<string, string> = {}) {
  const surroundings = { SAGALINE_CACHE: join(folder, 'cache'), PATH: `${join(folder, 'bin')}:/bin` };
  return findMoto(createContext({ ...surroundings, ...environment }, (line) => told.push(line)));
}

async function command(path: string, script: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const works = 'echo "usage: --port PORT"';

/** A python3 whose pip and whose installation do these, and of which an installed Moto works. */
const python = (pip: string, install = 'exit 0') => `
case "$*" in
  '-m pip --version') ${pip} ;;
  '-m pip install'*) ${install} ;;
  '-m moto.server --help') ${works} ;;
esac`;

test('pip installs it into the cache once, and says so', async () => {
  await command('bin/python3', python('exit 0'));
  const path = join(folder, 'cache/moto/moto_server');
  expect(await find()).toEqual({ path, how: 'pip' });
  expect(told).toEqual(['installing Moto, the S3 server of the tests, with pip, once']);
  expect(await find()).toEqual({ path, how: 'cache' });
  expect(await readdir(join(folder, 'cache'))).toEqual(['moto']);
});

test('a named one comes before the cache, and is an error when it does not work', async () => {
  await command('cache/moto/moto_server', works);
  const named = await command('mine', works);
  expect(await find({ SAGALINE_TEST_MOTO: named })).toEqual({ path: named, how: 'SAGALINE_TEST_MOTO' });
  const broken = await command('broken', 'echo no module named moto >&2; exit 1');
  await expect(find({ SAGALINE_TEST_MOTO: broken })).rejects.toThrow(
    /^SAGALINE_TEST_MOTO: .*no module named moto/,
  );
});

test('one in the cache that no longer works is installed anew', async () => {
  await command('cache/moto/moto_server', 'exit 1');
  await command('bin/python3', python('exit 0'));
  expect((await find()).how).toBe('pip');
});

test('without pip the error says what to install', async () => {
  await command('bin/python3', python('exit 1'));
  await expect(find()).rejects.toThrow(/has no pip\n.*Install Python.*pip.*SAGALINE_TEST_MOTO/);
});

test('without Python the error says what to install', async () => {
  await expect(find({ PATH: join(folder, 'bin') })).rejects.toThrow(/no python3 on PATH\n.*Install Python/);
});

test('what pip says is in the error, and nothing half-installed stays', async () => {
  await command('bin/python3', python('exit 0', 'echo no such package >&2; exit 1'));
  await expect(find()).rejects.toThrow(/pip: no such package/);
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});
