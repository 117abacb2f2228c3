import fc from 'fast-check';
import { parsePipeline, parsePipelines, type PipelineOptions } from '../../src/domain/pipeline-file';
import { kindsOf, plannedSize } from '../../src/domain/pipeline-family';
import { pipelineOf, refusal, shell } from './fixtures';

/** A pipeline file whose lines after the name are given. */
const file = (name: string, ...lines: string[]) => ({
  path: `${name}.yaml`,
  text: [`apiVersion: sagaline/v1`, `name: ${name}`, ...lines].join('\n'),
});
const uses = (id: string, pipeline: string, more = ''): string =>
  `  - { id: ${id}, uses: pipeline, with: { pipeline: ${pipeline}${more} } }`;
const leaf = (name: string) => file(name, 'on: []', 'steps:', '  - { id: go, uses: scan }');
const parent = (name: string, ...steps: string[]) => file(name, 'on: [{ event: push }]', 'steps:', ...steps);

const problemsOf = (files: { path: string; text: string }[], options?: PipelineOptions): string[] =>
  parsePipelines(files, options).flatMap(({ problem }) => problem?.detail.split('\n') ?? []);

const canary = (id: string, service = 'shop'): string =>
  `  - { id: ${id}, uses: canary, with: { service: ${service}, environment: production, start: x } }`;

describe('pipelines of one repository', () => {
  it('are read and planned, in the order of the files', () => {
    const results = parsePipelines([parent('all', uses('one', 'a'), uses('two', 'a')), leaf('a')]);
    expect(results.map(({ path, pipeline, problem }) => [path, pipeline?.name, problem])).toEqual([
      ['all.yaml', 'all', undefined],
      ['a.yaml', 'a', undefined],
    ]);
    expect(results[0]?.plan?.steps.map(({ id }) => id)).toEqual(['one.go', 'two.go']);
  });

  it('may use pipelines that are known besides', () => {
    const [{ pipeline: golden } = {}] = parsePipelines([leaf('golden')]);
    if (!golden) throw new Error('it is valid');
    const siblings = new Map([['golden', golden]]);
    expect(problemsOf([parent('all', uses('one', 'golden'))], { siblings })).toEqual([]);
    const { path, text } = parent('all', uses('one', 'glden'));
    expect(refusal(() => parsePipeline(path, text, { siblings }))).toMatch(
      'no pipeline named glden, did you mean golden?',
    );
    expect(parsePipeline(path, text).name).toBe('all');
  });

  it.each<[string, { path: string; text: string }[], string[]]>([
    [
      'a child that is not there',
      [parent('all', uses('one', 'buidl')), leaf('build')],
      ['all.yaml:5:50: steps[0].with.pipeline: there is no pipeline named buidl, did you mean build?'],
    ],
    [
      'a child like no other',
      [parent('all', uses('one', 'release')), leaf('build'), leaf('test')],
      ['all.yaml:5:50: steps[0].with.pipeline: there is no pipeline named release, known are build, test'],
    ],
    [
      'a pipeline that uses itself',
      [parent('all', uses('one', 'all'))],
      ['all.yaml:5:50: steps[0].with.pipeline: pipeline all contains itself: all -> all'],
    ],
    [
      'pipelines that use each other',
      [parent('all', uses('one', 'a')), parent('a', uses('two', 'b')), parent('b', uses('three', 'a'))],
      [
        'all.yaml:5:50: steps[0].with.pipeline: pipeline a has problems of its own, told at a.yaml',
        'a.yaml:5:50: steps[0].with.pipeline: pipeline a contains itself: a -> b -> a',
        'b.yaml:5:52: steps[0].with.pipeline: pipeline b contains itself: b -> a -> b',
      ],
    ],
    [
      'six pipelines inside each other',
      [
        parent('a', uses('x', 'b')),
        ...['b', 'c', 'd', 'e'].map((name, at) => parent(name, uses('x', 'cdef'[at] ?? ''))),
        leaf('f'),
      ],
      [
        'a.yaml:5:48: steps[0].with.pipeline: child pipelines are nested more than 4 deep: a -> b -> c -> d -> e -> f',
      ],
    ],
    [
      'children that multiply',
      [
        parent('all', ...Array.from({ length: 40 }, (_, at) => uses(`x${String(at)}`, 'a'))),
        parent('a', ...Array.from({ length: 30 }, (_, at) => `  - { id: y${String(at)}, uses: scan }`)),
      ],
      ['all.yaml:5:3: steps: with its child pipelines and matrices it has more than 1000 steps'],
    ],
    [
      'two files with one name',
      [leaf('a'), { path: 'b.yaml', text: leaf('a').text }],
      ['b.yaml:2:7: name: another file already names its pipeline a: a.yaml'],
    ],
    [
      'a child with faults, and what uses what uses it',
      [
        parent('top', uses('x', 'middle')),
        parent('middle', uses('x', 'low')),
        parent('low', '  - { id: go, uses: scn }'),
      ],
      [
        'top.yaml:5:48: steps[0].with.pipeline: pipeline middle has problems of its own, told at middle.yaml',
        'middle.yaml:5:48: steps[0].with.pipeline: pipeline low has problems of its own, told at low.yaml',
        'low.yaml:5:21: steps[0].uses: must be one of shell, scan, canary, approval, wait, http, emit, notify, pipeline, did you mean scan?',
      ],
    ],
    [
      'a child that is no YAML',
      [parent('top', uses('x', 'low')), { path: 'low.yaml', text: 'name: [' }],
      [
        'top.yaml:5:48: steps[0].with.pipeline: there is no pipeline named low',
        'low.yaml:1:8: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    [
      'a release of one lane here and in a child',
      [
        parent('all', uses('x', 'a'), canary('own')),
        file('a', 'on: []', 'steps:', canary('go'), canary('web', 'web')),
      ],
      [
        'all.yaml:6:47: steps[1].with.service: x releases shop in production too: one of both must need the other',
      ],
    ],
    [
      'a release of one lane in two children',
      [parent('all', uses('x', 'a'), uses('y', 'a')), file('a', 'on: []', 'steps:', canary('go'))],
      [
        'all.yaml:6:48: steps[1].with.pipeline: x releases shop in production too: one of both must need the other',
      ],
    ],
  ])('refuse %s', (_, files, wanted) => {
    expect(problemsOf(files)).toEqual(wanted);
  });

  it('are checked where some of them have faults', () => {
    const results = parsePipelines([leaf('a'), file('b', 'on: 5', 'steps: []'), parent('c', uses('x', 'a'))]);
    expect(results.map(({ plan }) => plan?.steps.length)).toEqual([1, undefined, 1]);
  });

  it('tell as many problems as they are asked for', () => {
    const many = parent(
      'many',
      ...Array.from({ length: 60 }, () => '  - { id: a, uses: scan, tiemout: 1s }'),
    );
    expect(problemsOf([many])).toHaveLength(51);
    expect(problemsOf([many], { limit: 1000 })).toHaveLength(60 + 59);
  });

  it('never make parsing throw', () => {
    const line = fc.constantFrom(
      uses('x', 'a'),
      uses('y', 'b'),
      uses('x', 'c'),
      canary('z'),
      '  - { id: a }',
      'inputs: { a: { type: string } }',
      '  - [',
      canary('z'),
    );
    const name = fc.constantFrom('a', 'b', 'c', 'A');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.array(line, { maxLength: 4 })), { maxLength: 5 }), (written) => {
        const files = written.map(([one, lines], at) => ({
          ...parent(one, ...lines),
          path: `${String(at)}.yaml`,
        }));
        const results = parsePipelines(files);
        expect(results.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
        for (const { plan, pipeline, problem } of results) {
          expect([plan, pipeline].map((one) => one === undefined)).toEqual(
            Array(2).fill(problem !== undefined),
          );
        }
      }),
    );
  });
});

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
        '5:65: steps[0].with.inputs.nmae: there is no input nmae, known are name, size, dry',
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

describe('a family', () => {
  it('has the kinds of all that use a pipeline', () => {
    const [a, b] = parsePipelines([leaf('a'), parent('b', uses('x', 'a'))]).map(({ pipeline }) => pipeline);
    if (!a || !b) throw new Error('both are valid');
    expect(
      kindsOf(
        a,
        new Map([
          ['a', a],
          ['b', b],
        ]),
      ),
    ).toEqual(['push']);
    expect(kindsOf(a)).toEqual([]);
  });

  it('has a size, unless it cannot be told', () => {
    expect(plannedSize(pipelineOf([shell('a', [], { matrix: { n: [1, 2, 3] } }), shell('b')]))).toBe(4);
    expect(plannedSize(pipelineOf([{ id: 'a', uses: 'pipeline', with: { pipeline: 'b' } }]))).toBeUndefined();
  });
});

describe('user-written steps', () => {
  const check = (input: unknown) => {
    if (JSON.stringify(input) === '{"crash":true}') throw new Error('broken');
    return JSON.stringify(input) === '{"region":"eu"}' ? [] : [{ path: ['region'], message: 'must be eu' }];
  };
  const steps = new Map([
    ['deploy-thing', { check }],
    ['shell', { check }],
  ]);
  const step = (more: string): string[] =>
    problemsOf([parent('all', `  - { id: a, uses: deploy-thing, ${more} }`)], { steps });

  it.each<[string, string, string[]]>([
    ['takes what its package takes', 'with: { region: eu }', []],
    ['says where its input is wrong', 'with: { region: us }', ['5:50: steps[0].with.region: must be eu']],
    ['says so where there is none', 'timeout: 5m', ['5:5: steps[0].with.region: must be eu']],
    ['waits for a value that the run knows', 'with: { region: "${event.kind}" }', []],
    [
      'has its expressions checked',
      'with: { region: "${event.knd}" }',
      ['5:50: steps[0].with.region: `event.knd`: event has no field knd, did you mean kind?'],
    ],
    [
      'has its undo checked',
      'with: { region: eu }, compensate: { uses: deploy-thing, with: { region: us } }',
      ['5:106: steps[0].compensate.with.region: must be eu'],
    ],
    [
      'may fail in its own check',
      'with: { crash: true }',
      ['5:40: steps[0].with: cannot be checked by step deploy-thing: broken'],
    ],
    ['knows its fields', 'wihth: { region: eu }', ['5:34: steps[0].wihth: unknown field: did you mean with?']],
  ])('%s', (_, more, wanted) => {
    expect(step(more)).toEqual(wanted.map((line) => `all.yaml:${line}`));
  });

  it('are among the names that `uses` knows, and never in the place of a built-in', () => {
    expect(problemsOf([parent('all', '  - { id: a, uses: deploy-thin }')], { steps })).toEqual([
      'all.yaml:5:20: steps[0].uses: must be one of shell, scan, canary, approval, wait, http, emit, notify, pipeline, deploy-thing, did you mean deploy-thing?',
    ]);
    expect(problemsOf([parent('all', '  - { id: a, uses: shell, with: { run: x } }')], { steps })).toEqual(
      [],
    );
  });
});
