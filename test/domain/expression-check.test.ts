import { compileExpression } from '../../src/domain/expression';
import { checkExpression, type Names } from '../../src/domain/expression-check';
import { eventType } from '../../src/domain/expression-event';
import {
  describe as named,
  dyn,
  mapOf,
  objectOf,
  string,
  double,
  bool,
  listOf,
  type Type,
} from '../../src/domain/expression-types';
import type { EventKind } from '../../src/domain/event';

const namesFor = (kinds: EventKind[], more: Partial<Names> = {}): Names => ({
  variables: new Map<string, Type>([
    ['event', eventType(kinds)],
    [
      'inputs',
      objectOf('inputs', [
        ['text', string],
        ['number', double],
        ['flag', bool],
        ['list', listOf(string)],
      ]),
    ],
    ['labels', mapOf(string, string)],
    ['any', dyn],
  ]),
  functions: {},
  ...more,
});

const checked = (text: string, names = namesFor(['push', 'pull_request'])) =>
  checkExpression(compileExpression(text).parsed, names);
const faultsOf = (text: string, names?: Names): string[] => checked(text, names).faults;

describe('the type of an expression', () => {
  it.each<[string, string]>([
    ['event.data.ref', 'a text'],
    ['event.data["ref"]', 'a text'],
    ['event.data.number', 'a number'],
    ['event.data.number + 1', 'a number'],
    ['1 + 1', 'a whole number'],
    ['7 / 2.0', 'a number'],
    ['event.data.number % 2 == 0', 'true or false'],
    ['event.data.fork && !event.data.deleted', 'true or false'],
    ['event.data.ref == null', 'true or false'],
    ['event.data', 'a map'],
    ['inputs.list', 'a list'],
    ['inputs.list + ["a"]', 'a list'],
    ['inputs.list[0]', 'a text'],
    ['inputs.list[inputs.number]', 'a text'],
    ['inputs.list.filter(one, one.startsWith("a"))[0]', 'a text'],
    ['inputs.list.map(one, size(one))[0]', 'a whole number'],
    ['inputs.list.map(one, one != "", size(one))[0]', 'a whole number'],
    ['inputs.list.exists(one, one == "a")', 'true or false'],
    ['inputs.list.all(one, one == "a")', 'true or false'],
    ['inputs.list.exists_one(one, one == "a")', 'true or false'],
    ['labels.exists(name, name == "a")', 'true or false'],
    ['event.data.all(name, name != "")', 'true or false'],
    ['labels.team', 'a text'],
    ['labels["team"] + "-x"', 'a text'],
    ['inputs.flag ? "a" : inputs.text', 'a text'],
    ['inputs.flag ? "a" : 1', 'any value'],
    ['inputs.flag ? null : 1', 'a whole number'],
    ['any.thing.at[3].all', 'any value'],
    ['any + "x"', 'a text'],
    ['any + 1', 'any value'],
    ['[]', 'a list'],
    ['[][0] + 1', 'any value'],
    ['{"a": 1}["a"]', 'a whole number'],
    ['"a" in labels', 'true or false'],
    ['1.0 in [1, 2]', 'true or false'],
    ['timestamp(event.time) - duration("1h") < timestamp("2026-01-01T00:00:00Z")', 'true or false'],
    ['timestamp(event.time).getHours("UTC")', 'a whole number'],
    ['type(inputs.text) == string', 'true or false'],
    ['size("abc") + "abc".size()', 'a whole number'],
    ['has(event.data.author)', 'true or false'],
    ['b"abc"', 'bytes'],
    ['1u + 2u', 'an unsigned number'],
    ['"a-b".split("-")[0].upperAscii().trim().replace("A", "b").substring(0, 1)', 'a text'],
    ['dyn(1) == "x"', 'true or false'],
    ['null', 'null'],
  ])('%s is %s', (text, wanted) => {
    const { type, faults } = checked(text);
    expect(faults).toEqual([]);
    expect(named(type)).toBe(wanted);
  });
});

describe('what is wrong with an expression', () => {
  it.each<[string, string]>([
    ['evnt.data', 'unknown name evnt, did you mean event?'],
    ['context', 'unknown name context, known are event, inputs, labels, any'],
    ['event.data.reff', 'event.data of push, pull_request has no field reff, did you mean ref?'],
    ['has(event.data.reff)', 'event.data of push, pull_request has no field reff, did you mean ref?'],
    ['event["dta"]', 'event has no field dta, did you mean data?'],
    ['inputs.text.length', '`inputs.text` is a text and has no fields'],
    ['inputs.text[0]', '`inputs.text` is a text and has no elements'],
    ['inputs.list["a"]', '`inputs.list` is a list and is read by number, not by a text'],
    ['inputs[0]', '`inputs` is a map and is read by name, not by a whole number'],
    ['inputs.text == 1', '`inputs.text` is a text and `1` is a whole number: they are never equal'],
    ['inputs.flag != "true"', '`inputs.flag` is true or false and `"true"` is a text: they are never equal'],
    ['inputs.list == [1]', 'the elements of `inputs.list` and of `[1]` are never equal'],
    [
      '1 in inputs.list',
      '`1` is a whole number and an element of `inputs.list` a text: they are never equal',
    ],
    [
      '"a" in inputs.text',
      'in needs a list or a map, but `inputs.text` is a text: write text.contains(part)',
    ],
    ['1 in labels', '`1` is a whole number and a key of `labels` a text: they are never equal'],
    ['labels[1]', '`labels` has a text as key, not a whole number'],
    ['1 in 2', 'in needs a list or a map, but `2` is a whole number'],
    ['inputs.text && inputs.flag', '&& needs true or false, but `inputs.text` is a text'],
    ['inputs.flag || 1 == 1 || 2', '|| needs true or false, but `2` is a whole number'],
    ['!inputs.text', '! needs true or false, but `inputs.text` is a text'],
    ['inputs.text ? 1 : 2', '? needs true or false, but `inputs.text` is a text'],
    ['inputs.text + 1', '+ cannot take a text and a whole number, in `inputs.text + 1`'],
    ['inputs.text < 1', '< cannot take a text and a whole number, in `inputs.text < 1`'],
    ['-inputs.text', '- cannot take a text, in `-inputs.text`'],
    ['size(3)', 'size takes bytes, a list, a text or a map, not a whole number, in `size(3)`'],
    ['size()', 'size takes bytes, a list, a text or a map, not nothing, in `size()`'],
    [
      'inputs.text.startsWith(1)',
      'startsWith takes a text, not a whole number, in `inputs.text.startsWith(1)`',
    ],
    [
      'inputs.list.startsWith("a")',
      'startsWith belongs to a text, not to a list, in `inputs.list.startsWith("a")`',
    ],
    [
      'startsWith(inputs.text, "a")',
      'startsWith is written behind its value: value.startsWith(...), in `startsWith(inputs.text, "a")`',
    ],
    ['inputs.text.int()', 'int is written around its value: int(value), in `inputs.text.int()`'],
    [
      'inputs.text.substring(inputs.number)',
      'substring takes a whole number or a whole number and a whole number, not a number, in `inputs.text.substring(inputs.number)`',
    ],
    ['upper(inputs.text)', 'there is no function upper'],
    ['hashFiles("a")', 'hashFiles can be used in the key of a cache only'],
    ['secret("A")', 'secret can be used in the url, headers and body of an http call only'],
    ['has(event)', 'has takes a field, such as has(event.data.author)'],
    [
      'inputs.list.exists(1 == 1)',
      'exists takes a name and an expression, such as list.exists(item, item != "")',
    ],
    ['inputs.text.all(one, true)', 'a loop needs a list or a map, but `inputs.text` is a text'],
    ['inputs.list.all(one, one)', 'all needs true or false, but `one` is a text'],
    ['inputs.list.exists_one(one, one)', 'exists_one needs true or false, but `one` is a text'],
    ['inputs.list.map(one, one, one)', 'map needs true or false, but `one` is a text'],
    ['inputs.list.filter(one, one)', 'filter needs true or false, but `one` is a text'],
    ['Thing{a: 1}', 'there is no type Thing'],
    ['{[1]: 2}', '`[1]` is a list and cannot be the key of a map'],
    ['"a".matches("(")', '`"a".matches("(")` always fails: error parsing regexp: missing closing ): `(`'],
    ['duration("soon")', '`duration("soon")` always fails: Failed to parse duration: invalid syntax'],
    ['1 / 0', '`1 / 0` always fails: int divide by zero'],
    ['"abc".charAt(9)', '`"abc".charAt(9)` always fails: index 9 out of bounds [0, 3)'],
  ])('%s', (text, wanted) => {
    expect(faultsOf(text)).toEqual([wanted]);
  });

  it('tells each fault once, and not what follows from it', () => {
    expect(
      faultsOf('(event.data.reff + 1).startsWith("x") && nothing.at.all == 1 && event.data.reff == 2'),
    ).toEqual([
      'event.data of push, pull_request has no field reff, did you mean ref?',
      'unknown name nothing, known are event, inputs, labels, any',
    ]);
  });

  it('shortens the part that it shows', () => {
    const long = `"${'a'.repeat(100)}" + 1`;
    expect(faultsOf(long)).toEqual([`+ cannot take a text and a whole number, in \`"${'a'.repeat(59)}…\``]);
  });

  it('takes as long for a chain of brackets as for one of dots', () => {
    expect(faultsOf(`any${'["a"]'.repeat(150)}`)).toEqual([]);
    expect(faultsOf(`event${'["data"]'.repeat(150)}`)).toHaveLength(1);
  });
});
