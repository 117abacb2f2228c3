import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { FolderPipelines } from '../../../src/adapters/pipelines/folder';

const silent = pino({ level: 'silent' });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-pipelines-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, text = 'name: x') => writeFile(join(folder, name), text);

it('has the YAML files of the folder in the order of their names, as they are now', async () => {
  await write('b.yml', 'b');
  await write('a.yaml', 'a');
  await Promise.all([
    write('readme.md'),
    write('.hidden.yaml'),
    write('large.yaml', 'x'.repeat(256 * 1024 + 1)),
  ]);
  await mkdir(join(folder, 'folder.yaml'));
  const pipelines = await FolderPipelines.open(folder, silent);
  const both = [
    { path: 'golden-paths/a.yaml', text: 'a' },
    { path: 'golden-paths/b.yml', text: 'b' },
  ];
  expect(await pipelines.files()).toEqual(both);
  await write('c.yaml', 'c');
  expect(await pipelines.files()).toEqual([...both, { path: 'golden-paths/c.yaml', text: 'c' }]);
});

it('keeps what it has read while the folder cannot be read, and says so', async () => {
  await write('a.yaml', 'a');
  const complaints: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void complaints.push(line) });
  const pipelines = await FolderPipelines.open(folder, log);
  await rename(folder, `${folder}.away`);
  try {
    expect(await pipelines.files()).toEqual([{ path: 'golden-paths/a.yaml', text: 'a' }]);
    expect(complaints).toEqual([expect.stringContaining('golden paths not read again')]);
  } finally {
    await rename(`${folder}.away`, folder);
  }
});

it('must be there when it is named, and is empty when it is not', async () => {
  await expect(FolderPipelines.open(join(folder, 'missing'), silent)).rejects.toMatchObject({
    code: 'InvalidConfiguration',
    detail: expect.stringContaining('SAGALINE_PIPELINES'),
  });
  expect(await (await FolderPipelines.open(undefined, silent)).files()).toEqual([]);
});
