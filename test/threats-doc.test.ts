import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableRows, testLinks, testsOf } from './support/linked-tests';

const docs = join(__dirname, '../docs');
const rows = tableRows(readFileSync(join(docs, 'threats.md'), 'utf8')).map(
  ([number = '', attack = '', defence = '', tests = '']) => ({
    number,
    attack,
    defence,
    tests: testLinks(tests),
  }),
);

it('lists every attack, in order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, at) => String(at + 1)));
  expect(rows.filter(({ attack, defence }) => attack === '' || defence === '')).toEqual([]);
});

it('each row names tests that there are, each once', () => {
  const titles = new Map<string, string[]>();
  for (const { number, tests } of rows) {
    for (const { path, name } of tests) {
      const file = join(docs, path);
      const known = titles.get(file) ?? testsOf(file).map((test) => test.name);
      titles.set(file, known);
      expect({ number, path, names: known }).toMatchObject({ names: expect.arrayContaining([name]) });
    }
    const named = tests.map(({ path, name }) => `${path} ${name ?? ''}`);
    expect(named).toEqual([...new Set(named)]);
    expect(named).not.toEqual([]);
  }
});
