import fc from 'fast-check';

type Typed = Record<'text' | 'bool' | 'number' | 'whole' | 'list', string>;
const around = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => `(${all.join('')})`);

/** Expressions that are well typed by the way they are made; the elements of loops are used in loops only. */
export const {
  text: anyText,
  bool: anyBool,
  number: anyNumber,
  whole: anyWhole,
  list: anyList,
} = fc.letrec<Typed>((tie) => {
  const [text, bool, number, whole, list] = [
    tie('text'),
    tie('bool'),
    tie('number'),
    tie('whole'),
    tie('list'),
  ];
  const depth = { maxDepth: 4, withCrossShrink: true, depthSize: 'small' as const };
  return {
    text: fc.oneof(
      depth,
      fc.constantFrom(
        '"x"',
        "'its'",
        'event.data.ref',
        'event.data["message"]',
        'inputs.text',
        'labels.team',
        'event.kind',
      ),
      around(text, ' + ', text),
      around(bool, ' ? ', text, ' : ', text),
      around(text, '.replace(', text, ', ', text, ')'),
      around(text, '.lowerAscii()'),
      around(text, '.trim()'),
      around('string(', fc.oneof(number, whole, bool, text), ')'),
      around(list, '[0]'),
    ),
    bool: fc.oneof(
      depth,
      fc.constantFrom(
        'true',
        'event.data.deleted',
        'inputs.flag',
        'has(event.data.author)',
        'has(labels.other)',
        '("team" in labels)',
      ),
      around(text, fc.constantFrom(' == ', ' != ', ' < ', ' >= '), text),
      around(text, fc.constantFrom('.startsWith(', '.contains(', '.endsWith('), text, ')'),
      around(fc.oneof(number, whole), fc.constantFrom(' < ', ' == ', ' >= '), fc.oneof(number, whole)),
      around('!', bool),
      around(bool, fc.constantFrom(' && ', ' || ', ' == '), bool),
      around(bool, ' ? ', bool, ' : ', bool),
      around(text, ' in ', list),
      around(fc.oneof(text, number, list), ' == null'),
      fc.constantFrom(
        'list.exists(one, one == inputs.text)',
        'list.all(one, size(one) > 0)',
        'labels.exists_one(name, name == "team")',
      ),
    ),
    number: fc.oneof(
      depth,
      fc.constantFrom('1.5', 'inputs.number', 'inputs.whole', 'event.depth'),
      around(number, fc.constantFrom(' + ', ' - ', ' * ', ' / ', ' % '), fc.oneof(number, whole)),
      around(whole, fc.constantFrom(' + ', ' - ', ' * ', ' / ', ' % '), number),
      around('-', number),
      around('double(', fc.oneof(number, whole), ')'),
    ),
    whole: fc.oneof(
      depth,
      fc.constantFrom('1', '42', '-7'),
      around(whole, fc.constantFrom(' + ', ' - ', ' * '), whole),
      around('size(', fc.oneof(text, list), ')'),
      around(text, '.indexOf(', text, ')'),
      around('int(', number, ')'),
    ),
    list: fc.oneof(
      depth,
      fc.constantFrom(
        'list',
        '["a", "b"]',
        'list.filter(one, one != "a")',
        'list.map(one, one + "x")',
        'labels.map(name, name)',
      ),
      around('[', text, ', ', text, ']'),
      around(list, ' + ', list),
      around(text, '.split(', text, ')'),
    ),
  };
});

/** Expressions that respect no type: most are refused, and those that are not must work. */
export const { any } = fc.letrec<{ any: string }>((tie) => {
  const any = tie('any');
  return {
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(
        '"x"',
        '1',
        '1.5',
        'true',
        'event.data',
        'event.data.ref',
        'event.data.deleted',
        'inputs',
        'inputs.whole',
        'list',
        'labels',
        '["a"]',
        '1u',
        'b"x"',
        'event.data.reff',
        'nothing',
      ),
      around(any, fc.constantFrom(' + ', ' - ', ' * ', ' < ', ' == ', ' && ', ' || ', ' in ', ' % '), any),
      around(
        fc.constantFrom('!', '-', 'size', 'string', 'int', 'double', 'uint', 'bool', 'bytes', 'type', 'dyn'),
        '(',
        any,
        ')',
      ),
      around(
        any,
        fc.constantFrom('.ref', '.data', '.startsWith("x")', '.size()', '.trim()', '[0]', '["ref"]', '.team'),
      ),
      around(any, fc.constantFrom('.contains(', '[', '.charAt(', '.split('), any, fc.constant(')')).map(
        (text) => (text.includes('[') && !text.includes('(', 1) ? text.replace(/\)\)$/, '])') : text),
      ),
    ),
  };
});
