import { planErrors } from '../../src/domain/plan-errors';
import { formatPath } from '../../src/domain/problem';
import { canary, pipelineOf, shell } from './fixtures';

const errorsOf = (steps: unknown[]) =>
  planErrors(pipelineOf(steps)).map(({ path, message }) => `${formatPath(path)}: ${message}`);
const built = shell('build', [], { artifacts: ['dist/**'] });

describe('planErrors', () => {
  it('finds nothing in a good pipeline', () => {
    expect(errorsOf([built, shell('test', ['build']), canary('release', ['test'], 'build')])).toEqual([]);
  });

  it.each<[string, unknown[], string]>([
    ['a name used twice', [shell('a'), shell('a')], 'steps[1].id: a step named a stands above already'],
    ['an unknown need', [shell('a', ['b'])], 'steps[0].needs[0]: there is no step named b'],
    ['a step that needs itself', [shell('a', ['a'])], 'steps[0].needs[0]: step a needs itself'],
    ['a need named twice', [shell('a'), shell('b', ['a', 'a'])], 'steps[1].needs[1]: a is named twice'],
    [
      'a circle, spelled out',
      [shell('z', ['a']), shell('a', ['c']), shell('b', ['a']), shell('c', ['b'])],
      'steps[1].needs: steps need each other in a circle: a -> c -> b -> a',
    ],
    [
      'an unknown artifact',
      [canary('r', [], 'build')],
      'steps[0].with.artifact: there is no step named build',
    ],
    [
      'an artifact of a step that makes none',
      [shell('build'), canary('r', ['build'], 'build')],
      'steps[1].with.artifact: step build makes no artifacts: give it an `artifacts` list',
    ],
    [
      'an artifact that is not waited for',
      [built, canary('r', [], 'build')],
      'steps[1].with.artifact: step r must need build, directly or through another step',
    ],
    [
      'checks without a weight',
      [
        built,
        canary('r', ['build'], 'build', {
          weights: [],
          checks: [{ name: 'e', query: 'error-rate', max: 0 }],
        }),
      ],
      'steps[1].with.weights: checks need at least one weight to be measured at',
    ],
    [
      '`before` without `compensate`',
      [shell('a', [], { before: { run: 'true' } })],
      'steps[0].before: `before` is recorded for `compensate`: add one, or remove this',
    ],
  ])('names %s', (_, steps, wanted) => {
    expect(errorsOf(steps)).toEqual([wanted]);
  });
});
