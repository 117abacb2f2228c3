import { explainCondition } from '../../src/domain/expression-why';

const event = {
  data: {
    ref: 'refs/heads/feature',
    fork: true,
    labels: { team: 'a' },
    paths: ['a', 'b'],
    number: 3,
    title: `"quoted"\n\u202e${'x'.repeat(200)}`,
    author: null,
  },
};
const why = (text: string) => explainCondition(text, { event });

describe('a condition that does not hold', () => {
  it.each([
    [
      'event.data.ref == "refs/heads/main" && event.data.fork',
      '`event.data.ref == "refs/heads/main"` is false: `event.data.ref` is "refs/heads/feature"',
    ],
    [
      'event.data.number > 1 && event.data.fork && !event.data.fork && event.data.number > 5',
      '`!event.data.fork` is false: `event.data.fork` is true',
    ],
    [
      'event.data.number > 2 && (event.data.number > 5)',
      '`event.data.number > 5` is false: `event.data.number` is 3',
    ],
    [
      'event.data.ref.startsWith("refs/tags/")',
      '`event.data.ref.startsWith("refs/tags/")` is false: `event.data.ref` is "refs/heads/feature"',
    ],
    ['"c" in event.data.paths', '`"c" in event.data.paths` is false: `event.data.paths` is a list of 2'],
    ['event.data.labels == {}', '`event.data.labels == {}` is false: `event.data.labels` is a map of 1'],
    ['event.data.author != null', '`event.data.author != null` is false: `event.data.author` is null'],
    [
      'event.data.number == 1 || event.data.number == 2',
      '`event.data.number == 1` is false: `event.data.number` is 3; ' +
        '`event.data.number == 2` is false: `event.data.number` is 3',
    ],
    [
      'event.data.fork && (event.data.number == 1 || event.data.fork && event.data.number == 2)',
      '`event.data.number == 1` is false: `event.data.number` is 3; ' +
        '`event.data.number == 2` is false: `event.data.number` is 3',
    ],
    ['event.data.paths.exists(p, p == "c")', '`event.data.paths.exists(p, p == "c")` is false'],
    ['!has(event.data.ref)', '`!has(event.data.ref)` is false: `has(event.data.ref)` is true'],
    ['false', '`false` is false'],
    ['event.data.fork && event.data.ref', '`event.data.ref` is neither true nor false'],
  ])('%s', (text, reason) => {
    expect(why(text)).toEqual({ matched: false, reason });
  });

  it('for an error names the part that came to it', () => {
    const { matched, reason } = why('event.data.fork && event.data.missing == 1 && event.data.fork');
    expect(matched).toBe(false);
    expect(reason).toMatch(/^`event\.data\.missing == 1` cannot be evaluated: .*field not found: missing/);
    expect(why('event.data.').reason).toMatch(/^cannot be evaluated: /);
  });

  it('names a few of many alternatives, and no more of a value than fits', () => {
    const many = [...Array(9).keys()].map((at) => `event.data.number == ${String(at + 10)}`).join(' || ');
    expect(why(many).reason).toMatch(/; and 6 more do not hold$/);
    const { reason } = why('event.data.title == "x"');
    expect(reason).toContain('"\\"quoted\\"\\\\u{a}\\\\u{202e}xxx');
    expect(reason.length).toBeLessThan(200);
    expect(why('event.data.fork').reason).toBe('`event.data.fork` is true');
  });

  it.each(['event.data.number == 0 || ', '!event.data.fork && '])('stays short and quick: %s', (part) => {
    const { matched, reason } = why(`${part.repeat(130)}event.data.number == 1`);
    expect(matched).toBe(false);
    expect(reason.length).toBeLessThan(600);
  });
});
