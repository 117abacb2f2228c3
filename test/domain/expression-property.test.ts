import fc from 'fast-check';
import { compileExpression, interpolate } from '../../src/domain/expression';
import { checkExpression } from '../../src/domain/expression-check';
import { eventType } from '../../src/domain/expression-event';
import { inputsType } from '../../src/domain/expression-names';
import { listOf, mapOf, string, type Type } from '../../src/domain/expression-types';
import { sampleOf } from './event-samples';
import { any, anyBool, anyList, anyNumber, anyText, anyWhole } from './expression-generator';

const context = {
  event: sampleOf('push'),
  inputs: { text: 'a-b', number: 2.5, whole: 3, flag: true },
  list: ['a', 'b', 'main'],
  labels: { team: 'a', ref: 'b', data: 'c', x: 'd' },
};
const variables = new Map<string, Type>([
  ['event', eventType(['push'])],
  [
    'inputs',
    inputsType({
      text: { type: 'string' },
      number: { type: 'number' },
      whole: { type: 'number' },
      flag: { type: 'boolean' },
    }),
  ],
  ['list', listOf(string)],
  ['labels', mapOf(string, string)],
]);

const check = (text: string) => checkExpression(compileExpression(text).parsed, { variables, functions: {} });
const typeErrors =
  /no matching overload|unresolved|unbound|type mismatch|unsupported key|neither true nor|but a text/;
/** A field that is written out must be there; one whose name is a value of the event may be missing. */
const missing = /not found: /;
/** What a person reads of the value, or why there is none. */
function told(text: string): string {
  try {
    return interpolate(`\${${text}}`, context);
  } catch (error) {
    return String(error);
  }
}

const runs = 200;

const fitsLimits = (text: string): boolean => {
  try {
    compileExpression(text);
    return true;
  } catch {
    return false;
  }
};

describe('type checking', () => {
  it('raises no false alarm, and what it passes has a value', () => {
    const wanted: [fc.Arbitrary<string>, Type['kind']][] = [
      [anyText, 'string'],
      [anyBool, 'bool'],
      [anyNumber, 'double'],
      [anyWhole, 'int'],
      [anyList, 'list'],
    ];
    for (const [expression, kind] of wanted) {
      fc.assert(
        fc.property(expression, (text) => {
          fc.pre(fitsLimits(text));
          const { type, faults } = check(text);
          // What always fails, such as a division by zero, may be made by chance.
          fc.pre(!faults.some((fault) => fault.includes('always fails')));
          expect(faults).toEqual([]);
          expect(type.kind).toBe(kind);
          const answer = told(kind === 'list' ? `size(${text})` : text);
          expect(answer).not.toMatch(typeErrors);
          expect(answer).not.toMatch(missing);
        }),
        { numRuns: runs },
      );
    }
  });

  it('passes nothing that then fails for its types', () => {
    let passed = 0;
    fc.assert(
      fc.property(any, (text) => {
        fc.pre(fitsLimits(text));
        const { type, faults } = check(text);
        if (faults.length > 0 || text.includes('dyn(') || type.kind === 'dyn') return;
        passed += 1;
        const answer = told(`type(${text}) == type(${text}) ? "fine" : ""`);
        expect(answer).not.toMatch(typeErrors);
        if (!text.includes('[')) expect(answer).not.toMatch(missing);
      }),
      { numRuns: 10 * runs },
    );
    expect(passed).toBeGreaterThan(runs);
  });

  it('never throws, whatever the text', () => {
    const letters = Array.from('event.data[]()"\'&|!=?:{}+-1x,u');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters) }), (text) => {
        fc.pre(fitsLimits(text));
        expect(Array.isArray(check(text).faults)).toBe(true);
      }),
      { numRuns: 5 * runs },
    );
  });
});
