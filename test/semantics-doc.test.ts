import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const docs = join(__dirname, '../docs');
const folder = join(__dirname, 'workflows/semantics');

interface Row {
  id: string;
  situation: string;
  statuses: string[];
  file: string;
  /** Name of a test outside the folder. */
  name: string | undefined;
}

/** The rows of all tables; throws where the last cell is no link to a test. */
function rowsOf(document: string): Row[] {
  const lines = document.split('\n').filter((line) => /^\|(?! situation|---)/.test(line));
  return lines.map((line) => {
    const [, situation = '', , ends = '', link = ''] = line.split('|').map((cell) => cell.trim());
    const { id, path, name } =
      /^\[(?<id>[a-z-]+)\]\((?<path>\S+)(?: "(?<name>[^"]+)")?\)$/.exec(link)?.groups ?? {};
    if (id === undefined || path === undefined) throw new Error(`no link to a test in: ${line}`);
    const statuses = [...ends.matchAll(/`([a-z-]+)`/g)].flatMap(([, status]) => status ?? []);
    return { id, situation, statuses, file: join(docs, path), name };
  });
}

/** The tests of a file, each with its code up to the next one. */
function testsOf(file: string): { name: string; code: string }[] {
  const source = readFileSync(file, 'utf8');
  const found = [...source.matchAll(/^ *(?:it|test)(?:\.each\([^)]*\))?\(\s*(['"`])(.*?)\1/gm)];
  return found.map(({ 2: name = '', index }, at) => ({
    name: name.replace(/ \(%s\)$/, ''),
    code: source.slice(index, found[at + 1]?.index),
  }));
}

const rows = rowsOf(readFileSync(join(docs, 'semantics.md'), 'utf8'));
const own = rows.filter(({ file }) => dirname(file) === folder);

it('every test of the folder is a row of docs/semantics.md, and every such row a test there', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const tests = files.flatMap((name) => testsOf(join(folder, name)).map((test) => `${name} ${test.name}`));
  const named = own.map(({ id, situation, file }) => `${file.slice(folder.length + 1)} ${id}: ${situation}`);
  expect(named.sort()).toEqual(tests.sort());
});

it('every other row names a test of its file', () => {
  for (const { file, name } of rows.filter((row) => !own.includes(row))) {
    expect(testsOf(file).map((test) => test.name)).toContain(name);
  }
});

it('the id of a row is its alone', () => {
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

it('a test expects the status that its row gives', () => {
  for (const { id, file, statuses } of own) {
    const test = testsOf(file).find(({ name }) => name.startsWith(`${id}: `));
    for (const status of statuses) expect(test?.code).toContain(`'${status}'`);
  }
});

it('a row without a link is refused', () => {
  expect(() => rowsOf('| cancel | nothing | `cancelled` | |')).toThrow('no link');
});
