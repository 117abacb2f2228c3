import { isAbsolute } from 'node:path';
import { parseDemoArguments } from '../../../scripts/demo/arguments';

test('nothing said gives a temporary state folder and an end', () => {
  expect(parseDemoArguments([])).toEqual({
    keep: false,
    json: false,
    help: false,
    state: undefined,
    rate: 400,
  });
});

test('a state folder is made absolute', () => {
  expect(isAbsolute(parseDemoArguments(['--state', 'here']).state ?? '')).toBe(true);
});

test.each([[['--rate', '10']], [['--rate', 'fast']], [['--kepp']], [['extra']]])('%j is refused', (argv) => {
  expect(() => parseDemoArguments(argv)).toThrow();
});
