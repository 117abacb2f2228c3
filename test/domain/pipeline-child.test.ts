import { file, leaf, parent, problemsOf, uses } from './pipeline-files';

describe('inputs of a child', () => {
  const child = file(
    'child',
    'on: [{ event: manual }]',
    'inputs: { name: { type: string }, size: { type: number, options: [1, 2] }, dry: { type: boolean, default: false } }',
    'steps: [{ id: go, uses: scan }]',
  );
  it.each<[string, string, string[]]>([
    ['all are given', ', inputs: { name: a, size: 2, dry: true }', []],
    ['what has no default is given', ', inputs: { name: a, size: 2 }', []],
    ['expressions are given', ', inputs: { name: "${event.kind}", size: "${1 + 1}" }', []],
    [
      'none is given',
      '',
      [
        '5:36: steps[0].with.inputs: input name is missing: it is a string without a default',
        '5:36: steps[0].with.inputs: input size is missing: it is a number without a default',
      ],
    ],
    [
      'some are wrong',
      ', inputs: { nmae: a, name: 5, size: 3, dry: "yes" }',
      [
        '5:65: steps[0].with.inputs.nmae: there is no input nmae, did you mean name?',
        '5:80: steps[0].with.inputs.name: input name must be a string',
        '5:89: steps[0].with.inputs.size: input size must be one of 1, 2',
        '5:97: steps[0].with.inputs.dry: input dry must be a boolean',
      ],
    ],
    [
      'an unknown one is an expression',
      ', inputs: { name: a, size: 1, other: "${event.kind}" }',
      ['5:83: steps[0].with.inputs.other: there is no input other, known are name, size, dry'],
    ],
  ])('are checked when %s', (_, inputs, wanted) => {
    expect(problemsOf([parent('all', uses('x', 'child', inputs)), child])).toEqual(
      wanted.map((line) => `all.yaml:${line}`),
    );
  });

  it('are refused by a child that declares none', () => {
    expect(problemsOf([parent('all', uses('x', 'a', ', inputs: { b: 1 }')), leaf('a')])).toEqual([
      'all.yaml:5:61: steps[0].with.inputs.b: there is no input b, the pipeline declares none',
    ]);
  });
});

describe('what expressions see of a family', () => {
  const inner = file(
    'inner',
    'on: []',
    'steps:',
    '  - { id: go, uses: http, matrix: { n: [1, 2] }, with: { url: x } }',
  );
  const asking = (when: string) =>
    parent('all', uses('x', 'inner'), `  - { id: y, needs: [x], uses: scan, when: '${when}' }`);

  it.each<[string, string[]]>([
    ['steps["x.go.1"].code == 200 && steps["x.go.2"].output != ""', []],
    ['steps["x." + "go.1"].code == 200', []],
    ['steps.x.code == 200', ['step x is a pipeline of several steps: read steps["x.go.1"], steps["x.go.2"]']],
    [
      'steps["x.go"].code == 200',
      ['step x is a pipeline of several steps: read steps["x.go.1"], steps["x.go.2"]'],
    ],
    ['steps["x.go.1"].cod == 200', ['steps["x.go.1"] has no field cod, did you mean code?']],
    ['steps.go.code == 200', ['there is no step named go, known are x, y']],
  ])('%s', (when, faults) => {
    expect(problemsOf([asking(when), inner])).toEqual(
      faults.map((fault) => `all.yaml:6:44: steps[1].when: \`${when}\`: ${fault}`),
    );
  });

  it('is nothing of the pipeline around a child', () => {
    const child = file(
      'child',
      'on: []',
      'steps:',
      '  - { id: a, uses: scan, when: steps.build.status == inputs.size }',
    );
    expect(problemsOf([parent('all', '  - { id: build, uses: scan }', uses('x', 'child')), child])).toEqual([
      'all.yaml:6:48: steps[1].with.pipeline: pipeline child has problems of its own, told at child.yaml',
      'child.yaml:5:32: steps[0].when: `steps.build.status == inputs.size`: there is no step named build, known are a',
      'child.yaml:5:32: steps[0].when: `steps.build.status == inputs.size`: there is no input size, the pipeline declares none',
    ]);
  });

  it('is the event of whatever started the pipeline around a child', () => {
    const child = file(
      'child',
      'on: []',
      'steps:',
      '  - { id: a, uses: scan, when: event.data.reff == "x" }',
    );
    expect(problemsOf([child])).toEqual([]);
    expect(problemsOf([parent('all', uses('x', 'child')), child])[1]).toMatch(
      /event.data of push has no field reff/,
    );
    const text = (kind: string) => file('other', `on: [{ event: ${kind} }]`, 'steps:', uses('x', 'child'));
    expect(problemsOf([parent('all', uses('x', 'child')), text('custom'), child])).toEqual([]);
    expect(problemsOf([parent('all', uses('x', 'child')), text('tag'), child])[2]).toMatch(
      /event.data of .*tag.* has no field/,
    );
  });
});
