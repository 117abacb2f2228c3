import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretlintScanner } from '../../../src/adapters/scanners/secretlint';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagaline-scanned-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const scanner = new SecretlintScanner(process.env['PATH'] ?? '');
const attention = { signal: new AbortController().signal, heartbeat: () => undefined };
// Put together here, so that a scan of this repository does not find it.
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

test('a secret is found by file and line, and its value is not repeated', async () => {
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/app.js'), `// one\nconst token = "${token}";\n`);
  const found = await scanner.scan(folder, attention);
  expect(found).toEqual([{ file: 'src/app.js', line: 2, rule: '@secretlint/secretlint-rule-github' }]);
});

test('a clean folder and an empty one have no findings', async () => {
  expect(await scanner.scan(folder, attention)).toEqual([]);
  await writeFile(join(folder, 'a.txt'), 'nothing here\n');
  expect(await scanner.scan(folder, attention)).toEqual([]);
});

test('the scanned commit cannot switch the rules off', async () => {
  await writeFile(join(folder, '.secretlintrc.json'), '{"rules":[]}');
  await writeFile(join(folder, '.secretlintignore'), '**/*');
  await writeFile(join(folder, 'a.txt'), `${token}\n`);
  expect(await scanner.scan(folder, attention)).toHaveLength(1);
});
