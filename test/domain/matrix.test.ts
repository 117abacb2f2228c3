import fc from 'fast-check';
import { matrixInstances } from '../../src/domain/matrix';
import type { Step } from '../../src/domain/pipeline';
import { pipelineOf, refusal, shell } from './fixtures';

const step = (matrix?: object): Step => {
  const [first] = pipelineOf([shell('test', [], matrix ? { matrix } : {})]).steps;
  if (!first) throw new Error('a pipeline has a step');
  return first;
};
const idsOf = (matrix: object) => matrixInstances(step(matrix)).map(({ id }) => id);

describe('a matrix', () => {
  it('is absent', () => {
    expect(matrixInstances(step())).toEqual([]);
    expect(matrixInstances({ ...step(), uses: 'wait' } as unknown as Step)).toEqual([]);
  });

  it('gives each combination in the order of its axes', () => {
    expect(matrixInstances(step({ node: [20, 22], os: ['linux', 'mac'] }))).toEqual([
      { id: 'test.20-linux', values: { node: 20, os: 'linux' } },
      { id: 'test.20-mac', values: { node: 20, os: 'mac' } },
      { id: 'test.22-linux', values: { node: 22, os: 'linux' } },
      { id: 'test.22-mac', values: { node: 22, os: 'mac' } },
    ]);
  });

  it.each<[string, object, string[]]>([
    ['letters that an id cannot have', { v: ['Node 20.x', 'é'] }, ['test.node_20_x', 'test._']],
    ['values that look alike', { v: ['a b', 'a.b', 'a-b'] }, ['test.a_b', 'test.a_b-2', 'test.a_b-3']],
    ['true, false and fractions', { v: [true, false, 1.5] }, ['test.true', 'test.false', 'test.1_5']],
    [
      'a number that an id already ends in',
      { v: ['a', 'A'], w: [2, 'x'] },
      ['test.a-2', 'test.a-x', 'test.a-2-2', 'test.a-x-2'],
    ],
    ['long values', { v: ['x'.repeat(50)] }, [`test.${'x'.repeat(20)}`]],
    ['no text at all', { v: [''] }, ['test._']],
  ])('makes ids of %s', (_, matrix, wanted) => {
    expect(idsOf(matrix)).toEqual(wanted);
  });

  it('gives every combination an id of its own', () => {
    const values = fc.array(fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const ids = idsOf({ first, second });
        expect(new Set(ids).size).toBe(first.length * second.length);
        for (const id of ids) expect(id).toMatch(/^test\.[a-z0-9_-]+$/);
      }),
    );
  });

  it('has at most 64 combinations', () => {
    const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(refusal(() => step({ a: nine, b: nine }))).toMatch('makes more than 64 combinations');
    expect(idsOf({ a: nine.slice(0, 8), b: nine.slice(0, 8) })).toHaveLength(64);
  });
});
