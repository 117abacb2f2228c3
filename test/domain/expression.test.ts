import fc from 'fast-check';
import {
  compileExpression,
  evaluateCondition,
  expressionsIn,
  holds,
  interpolate,
} from '../../src/domain/expression';
import { templateParts } from '../../src/domain/template';
import { refusal } from './fixtures';

const event = { kind: 'push', data: { ref: 'refs/heads/main', number: 3, paths: ['src/a.ts'], title: null } };
const context = {
  event,
  steps: { migrate: { before: { output: 'v7' } }, 'my-step': { before: { output: 'x' } } },
};

describe('conditions', () => {
  it.each<[string, boolean]>([
    ['event.data.ref == "refs/heads/main"', true],
    ['event.data.ref.startsWith("refs/tags/")', false],
    ['event.data.number == 3 && event.data.number > 2', true],
    ['event.data.paths.exists(path, path.startsWith("src/"))', true],
    ['has(event.data.author)', false],
    ['event.data.title == null', true],
    ['event.data.ref.replace("refs/heads/", "") == "main"', true],
    ['event.data.ref.matches("^(a+)+$")', false],
    ['event.data.number + 1 == 4', true],
    ['10 - event.data.number * 2 == 4', true],
    ['event.data.number % 2 == 1 && 7 % event.data.number == 1', true],
    ['event.data.number / 2 == 1.5 && 3 / event.data.number == 1.0', true],
  ])('%s is %s', (text, matched) => {
    expect(evaluateCondition(text, context)).toEqual({
      matched,
      reason: `\`${text}\` is ${String(matched)}`,
    });
  });

  it.each<[string, RegExp]>([
    ['event.data.author == "me"', /cannot be evaluated: .*field not found: author/],
    ['event.data.ref', /neither true nor false/],
    ['event.data.number + "x" == ""', /no matching overload/],
    ['constructor', /unresolved attribute/],
    ['event.constructor == null', /field not found/],
    ['event.data.__proto__ == null', /field not found/],
    ['event.data.ref ==', /line 1, column/],
  ])('%s does not match, and the reason says why', (text, reason) => {
    expect(evaluateCondition(text, context)).toEqual({
      matched: false,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it('reads an event that brings a field named constructor', () => {
    const data: unknown = JSON.parse('{"constructor": {"name": "x"}, "__proto__": {"y": 1}, "a": 1}');
    expect(evaluateCondition('event.data.a == 1', { event: { data } }).matched).toBe(true);
  });

  it.each<[string, string, RegExp]>([
    ['too long a text', `"${'a'.repeat(4096)}" == ""`, /4104 bytes, at most 4096/],
    ['deep brackets', `${'('.repeat(2000)}1${')'.repeat(2000)}`, /nested brackets/],
    ['a deep chain', `1${'+1'.repeat(1500)} == 1`, /nested operations|Maximum call stack/],
    ['a loop in a loop', '[1].all(x, [1].all(y, true))', /may not run inside another/],
  ])('refuses %s before it costs anything', (_, text, why) => {
    expect(refusal(() => compileExpression(text))).toMatch(why);
    expect(evaluateCondition(text, context).matched).toBe(false);
  });

  it('refuses to grow a text without end', () => {
    const grow = '.replace("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")'.repeat(10);
    expect(evaluateCondition(`"a"${grow} == ""`, {}).reason).toMatch(/too long a text/);
  });

  it('holds or not, and throws where that cannot be told', () => {
    expect(holds('event.data.number == 3', context)).toBe(true);
    expect(holds('event.data.number == 4', context)).toBe(false);
    expect(refusal(() => holds('event.data.ref', context))).toBe(
      '`event.data.ref`: is neither true nor false',
    );
    expect(refusal(() => holds('event.data.author == "me"', context))).toMatch(/field not found: author/);
  });

  it('never throws, whatever the text and the event', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom(...Array.from('event.data[]()"\'&|!=?:{}+-1x,')) }),
        ),
        fc.jsonValue(),
        (text, data) => {
          expect(typeof evaluateCondition(text, { event: { data } }).matched).toBe('boolean');
        },
      ),
    );
  });
});

describe('templates', () => {
  it.each<[string, string]>([
    ['plain', 'plain'],
    ['from ${steps.migrate.before.output} on', 'from v7 on'],
    ['${steps["my-step"].before.output}', 'x'],
    ['${event.data.number}-${1 + 1}-${true}', '3-2-true'],
    ['${ {"a": "}"}["a"] }', '}'],
    ["${'it\\'s }'}", "it's }"],
    ['$${HOME} costs $5 }', '${HOME} costs $5 }'],
  ])('%s gives %s', (template, wanted) => {
    expect(interpolate(template, context)).toBe(wanted);
  });

  it('calls host functions with one or more texts', () => {
    const hashFiles = (...files: string[]) => `hash of ${files.join(' and ')}`;
    expect(interpolate('npm-${hashFiles("a", "b")}', context, { functions: { hashFiles } })).toBe(
      'npm-hash of a and b',
    );
    expect(interpolate('${hashFiles("a")}', context, { functions: { hashFiles } })).toBe('hash of a');
  });

  it.each<[string, RegExp]>([
    ['${steps.nothing.before}', /`steps\.nothing\.before`: field not found: nothing/],
    ['${event.data.title}', /`event\.data\.title`: is null, but a text/],
    ['${event.data}', /is a map/],
    ['${event.data.paths}', /is a list/],
    ['${event', /has no closing }/],
    ['${hashFiles("a")}', /unbound function/],
    ['${event.data.paths[1.5]}', /`event\.data\.paths\[1\.5\]`: index 1.5 out of bounds/],
    ['${event.data.paths[7]}', /`event\.data\.paths\[7\]`: index 7 out of bounds/],
  ])('%s is refused by name', (template, why) => {
    expect(refusal(() => interpolate(template, context))).toMatch(why);
  });

  it('lists expressions in order', () => {
    expect(expressionsIn('a ${x} $${y} ${z}')).toEqual(['x', 'z']);
  });

  it('gives back any text whose ${ is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '"') }), (text) => {
        fc.pre(!text.includes('$${'));
        expect(
          interpolate(
            text.replaceAll('${', () => '$${'),
            {},
          ),
        ).toBe(text);
      }),
    );
  });

  it('loses no character of any template', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('text', '${a}', "${'}'}", '$', '}')), (pieces) => {
        const template = pieces.join('');
        fc.pre(!template.includes('$${'));
        const whole = templateParts(template).map(({ kind, text }) =>
          kind === 'text' ? text : `\${${text}}`,
        );
        expect(whole.join('')).toBe(template);
      }),
    );
  });
});
