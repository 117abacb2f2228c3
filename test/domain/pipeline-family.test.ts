import fc from 'fast-check';
import { parsePipeline, parsePipelines } from '../../src/domain/pipeline-file';
import { kindsOf, plannedSize } from '../../src/domain/pipeline-family';
import { pipelineOf, refusal, shell } from './fixtures';
import { canary, file, leaf, parent, problemsOf, uses } from './pipeline-files';

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

  it('cannot be planned with a known pipeline whose child is missing', () => {
    const golden = pipelineOf([{ id: 'a', uses: 'pipeline', with: { pipeline: 'gone' } }]);
    const siblings = new Map([['golden', { ...golden, name: 'golden' }]]);
    expect(problemsOf([parent('all', uses('one', 'golden'))], { siblings })).toEqual([
      'all.yaml:5:3: steps: there is no pipeline named gone beside golden',
    ]);
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
