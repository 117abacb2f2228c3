import fc from 'fast-check';
import picomatch from 'picomatch';
import { globFault, globList, globMatches } from '../../src/domain/glob';

describe('a pattern', () => {
  it.each([
    ['main', ['main'], ['maine', 'a/main', 'Main', '']],
    ['*', ['main', '.github', ''], ['a/b']],
    ['**', ['main', 'a/b/c', '.a/.b'], []],
    ['release/**', ['release/1', 'release/1/2'], ['release', 'prerelease/1']],
    ['release/*', ['release/1'], ['release/1/2', 'release']],
    ['releases/**-alpha', ['releases/3-alpha', 'releases/beta/3-alpha'], ['releases/3']],
    ['v?.[0-9]', ['v1.0', 'vx.9'], ['v1.10', 'v/.0', 'v1.a']],
    ['[!a-c]x', ['dx', '-x'], ['ax', '/x']],
    ['[a-]', ['a', '-'], ['b']],
    ['**/*.md', ['a.md', 'docs/a.md', 'a/b/.md'], ['a.mdx']],
    ['**/docs/**', ['docs/a', 'x/docs/a/b'], ['docs', 'mydocs/a', 'x/mydocs/a']],
    ['src/**/test/*.ts', ['src/test/a.ts', 'src/a/b/test/c.ts'], ['src/mytest/a.ts', 'src/a/test/b/c.ts']],
    ['a**/b', ['a/b', 'ax/b', 'ax/y/b'], ['b', 'ab']],
    ['c++/@x$', ['c++/@x$'], ['c/x', 'ccc/@x$']],
    ['a.b', ['a.b'], ['axb']],
    ['?', ['ü', '😀'], ['ab', '']],
  ])('%s', (pattern, inside, outside) => {
    expect(inside.filter((text) => !globMatches(pattern, text))).toEqual([]);
    expect(outside.filter((text) => globMatches(pattern, text))).toEqual([]);
  });

  it.each([
    ['(a+)+$', '( has no meaning'],
    ['{a,b}', '{ has no meaning'],
    ['a|b', '| has no meaning'],
    ['a\\*', '\\ has no meaning'],
    ['!', 'is empty'],
    ['', 'is empty'],
    ['/src/**', 'leave the / out'],
    ['!./src', 'leave the / out'],
    ['[a', 'a [ without its ]'],
    ['[]', 'a [ without its ]'],
  ])('%s is refused', (pattern, why) => {
    expect(globFault(pattern)).toContain(why);
  });

  it.each(['main', '!**/*.md', 'src/[a-z]?/**', 'c++'])('%s is taken', (pattern) => {
    expect(globFault(pattern)).toBeUndefined();
  });

  it('of many stars costs no more than its length times that of the text', () => {
    // As a regular expression, each further star multiplies the work by the length of the text.
    for (const pattern of ['*a'.repeat(60) + 'b', '**/*a'.repeat(50) + 'b', '**a'.repeat(60) + 'b'])
      expect(globMatches(pattern, 'a/'.repeat(1000) + 'a'.repeat(2000))).toBe(false);
  });

  it('means what it means to a well-known library, where both have a meaning for it', () => {
    const parts = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '[ab]', '[!a]', '**');
    const patterns = fc.array(parts, { minLength: 1, maxLength: 4 });
    const texts = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'bb'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const [glob, path] = [pattern.join('/'), text.join('/')];
        // There, `a/**` also stands for `a` itself, which is no path below it.
        fc.pre(pattern.at(-1) !== '**' || pattern.length === 1);
        expect([glob, path, globMatches(glob, path)]).toEqual([
          glob,
          path,
          picomatch(glob.replaceAll('[!', '[^'), { noextglob: true, dot: true })(path),
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a list', () => {
  it.each([
    [['main', 'release/**'], 'release/1', 'release/**'],
    [['release/**', '!release/**-alpha'], 'release/1-alpha', '!release/**-alpha'],
    [['release/**', '!release/**-alpha', 'release/9-alpha'], 'release/9-alpha', 'release/9-alpha'],
    [['!release/1', 'release/*'], 'release/1', 'release/*'],
    [['main'], 'x', undefined],
  ])('%j decides on %s by its last match', (patterns, text, decisive) => {
    expect(globList(patterns).lastMatch(text)).toBe(decisive);
  });
});
