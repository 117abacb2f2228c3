import { benchNames, parseBenchArguments, usage } from '../../../bench/arguments';

test('without names every bench runs on both backends', () => {
  const { names, backends } = parseBenchArguments([]);
  expect(names).toEqual([...benchNames]);
  expect(backends).toEqual(['embedded', 'postgresql']);
});

test('with names they alone run, on the embedded server unless another is named', () => {
  expect(parseBenchArguments(['memory', '--json'])).toEqual({
    ...{ names: ['memory'], backends: ['embedded'], out: '.bench-results' },
    ...{ json: true, quick: false, help: false },
  });
  expect(parseBenchArguments(['peers', '--backend', 'postgresql']).backends).toEqual(['postgresql']);
  expect(parseBenchArguments(['peers', '--backend', 'both']).backends).toEqual(['embedded', 'postgresql']);
});

test('an unknown name is refused with the known ones', () => {
  expect(() => parseBenchArguments(['memroy'])).toThrow('there is no bench memroy; there are gateway,');
  expect(() => parseBenchArguments(['--backend', 'mysql'])).toThrow('there are embedded, postgresql');
  expect(() => parseBenchArguments(['--rounds'])).toThrow("Unknown option '--rounds'");
});

test('the usage names every bench', () => {
  for (const name of benchNames) expect(usage).toMatch(new RegExp(`^  ${name} `, 'm'));
});
