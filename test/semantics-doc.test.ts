import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tableRows, testLinks, testsOf } from './support/linked-tests';

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
  return tableRows(document).map((cells) => {
    const [situation = '', , ends = '', cell = ''] = cells;
    const [link, ...more] = testLinks(cell);
    if (!link || more.length > 0) throw new Error(`no link to a test in: ${cells.join(' | ')}`);
    const statuses = [...ends.matchAll(/`([a-z-]+)`/g)].flatMap(([, status]) => status ?? []);
    return { id: link.text, situation, statuses, file: join(docs, link.path), name: link.name };
  });
}

/** One test for a few statuses each is told by its name alone. */
const bare = (name: string): string => name.replace(/ \(%s\)$/, '');

const rows = rowsOf(readFileSync(join(docs, 'semantics.md'), 'utf8'));
const own = rows.filter(({ file }) => dirname(file) === folder);

it('every test of the folder is a row of docs/semantics.md, and every such row a test there', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const tests = files.flatMap((name) =>
    testsOf(join(folder, name)).map((test) => `${name} ${bare(test.name)}`),
  );
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
  expect(ids.filter((id) => !/^[a-z-]+$/.test(id))).toEqual([]);
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
