import { completeInputs, inputFaults, inputsSchema, type InputDefinitions } from '../../src/domain/inputs';
import { refusal } from './fixtures';

const definitions: InputDefinitions = inputsSchema.parse({
  service: { type: 'string', description: 'What to release' },
  percent: { type: 'number', default: 10 },
  size: { type: 'string', options: ['small', 'large'], default: 'small' },
  dry: { type: 'boolean', default: false },
});

describe('given inputs', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['everything', { service: 'shop', percent: 5, size: 'large', dry: true }, []],
    ['what has no default', { service: 'shop' }, []],
    ['nothing', {}, ['input service is missing: it is a string without a default']],
    ['null', { service: null }, ['input service is missing: it is a string without a default']],
    [
      'an unknown name',
      { service: 'shop', sevice: 'x' },
      ['there is no input sevice, known are service, percent, size, dry'],
    ],
    [
      'a wrong type',
      { service: 7, percent: '5', dry: 'yes' },
      ['input service must be a string', 'input percent must be a number', 'input dry must be a boolean'],
    ],
    [
      'a value that is no option',
      { service: 'shop', size: 'huge' },
      ['input size must be one of small, large'],
    ],
    [
      'names of Object',
      { service: 'shop', constructor: 1, toString: 2 },
      [
        'there is no input constructor, known are service, percent, size, dry',
        'there is no input toString, known are service, percent, size, dry',
      ],
    ],
  ])('with %s', (_, given, wanted) => {
    expect(inputFaults(definitions, given)).toEqual(wanted);
  });

  it('names of nothing when none is declared', () => {
    expect(inputFaults({}, { a: 1 })).toEqual(['there is no input a, known are none']);
  });

  it('are completed with defaults, in the order of the pipeline', () => {
    expect(Object.entries(completeInputs(definitions, { dry: true, service: 'shop' }))).toEqual([
      ['service', 'shop'],
      ['percent', 10],
      ['size', 'small'],
      ['dry', true],
    ]);
  });

  it('are refused with every fault', () => {
    expect(refusal(() => completeInputs(definitions, { percent: '5', x: 1 }))).toBe(
      'there is no input x, known are service, percent, size, dry; input service is missing: it is a string without a default; input percent must be a number',
    );
  });
});

describe('declared inputs', () => {
  it.each<[string, object, string, string]>([
    ['a default of another type', { type: 'number', default: '5' }, 'default', 'must be a number'],
    ['an option of another type', { type: 'string', options: ['a', 1] }, 'options.1', 'must be a string'],
    [
      'a default that is no option',
      { type: 'string', options: ['a', 'b'], default: 'c' },
      'default',
      'must be one of a, b',
    ],
  ])('refuse %s', (_, definition, path, message) => {
    const issues = inputsSchema.safeParse({ x: definition }).error?.issues ?? [];
    expect(issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[`x.${path}`, message]]);
  });
});
