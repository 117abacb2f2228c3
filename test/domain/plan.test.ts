import fc from 'fast-check';
import type { Pipeline } from '../../src/domain/pipeline';
import {
  artifactSources,
  initialStates,
  isFinished,
  lanesOf,
  planErrors,
  readySteps,
  runningSteps,
  skippedBy,
  transitiveNeeds,
} from '../../src/domain/plan';
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

describe('lanesOf and artifactSources', () => {
  it('lists each lane once, sorted', () => {
    const steps = [
      built,
      canary('b', ['build'], 'build', { service: 'web' }),
      canary('a', ['build'], 'build'),
      canary('c', ['a'], 'build'),
    ];
    expect(lanesOf(pipelineOf(steps)).map(({ service }) => service)).toEqual(['shop', 'web']);
  });

  it('finds artifacts of direct and transitive needs in pipeline order', () => {
    const pipeline = pipelineOf([
      shell('late', [], { artifacts: ['b'] }),
      shell('early', [], { artifacts: ['a'] }),
      shell('unrelated', [], { artifacts: ['c'] }),
      shell('middle', ['early', 'late']),
      shell('end', ['middle']),
    ]);
    const end = pipeline.steps[4];
    expect(end && artifactSources(pipeline, end).map(({ id }) => id)).toEqual(['late', 'early']);
    expect([...transitiveNeeds(pipeline, 'end')].sort()).toEqual(['early', 'late', 'middle']);
  });
});

/** Pipelines in which each step needs some of those above it. */
const anyPipeline: fc.Arbitrary<Pipeline> = fc
  .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((rows) =>
    pipelineOf(
      rows.map((needs, at) => {
        const above = needs.filter(() => at > 0).map((need) => `s${String(need % Math.max(at, 1))}`);
        return shell(`s${String(at)}`, [...new Set(above)]);
      }),
    ),
  );

/** Runs a pipeline: `choices` picks what starts or ends next, `failing` is the position of the step that fails. */
function runThrough(pipeline: Pipeline, choices: number[], failing: number) {
  const states = initialStates(pipeline);
  const started: string[] = [];
  for (let turn = 0; !isFinished(pipeline, states); turn++) {
    const ready = readySteps(pipeline, states);
    const running = runningSteps(pipeline, states);
    const all = [...ready, ...running];
    const next = all[(choices[turn % choices.length] ?? 0) % all.length];
    if (!next) throw new Error('not finished, but nothing can go on');
    if (ready.includes(next)) {
      expect(next.needs.every((need) => states[need] === 'succeeded')).toBe(true);
      expect(Object.values(states)).not.toContain('failed');
      started.push(next.id);
      states[next.id] = 'running';
    } else states[next.id] = next.id === `s${String(failing)}` ? 'failed' : 'succeeded';
  }
  return { states, started };
}

describe('scheduling', () => {
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });

  it('runs every step once when none fails', () => {
    fc.assert(
      fc.property(anyPipeline, choices, (pipeline, picked) => {
        const { states, started } = runThrough(pipeline, picked, -1);
        expect(new Set(started).size).toBe(pipeline.steps.length);
        expect(new Set(Object.values(states))).toEqual(new Set(['succeeded']));
        expect(skippedBy(pipeline, states)).toEqual([]);
      }),
    );
  });

  it('starts nothing after the first failure, and skips exactly what never started', () => {
    fc.assert(
      fc.property(anyPipeline, choices, fc.nat(11), (pipeline, picked, failing) => {
        const { states, started } = runThrough(pipeline, picked, failing);
        const never = pipeline.steps.map(({ id }) => id).filter((id) => !started.includes(id));
        expect(skippedBy(pipeline, states)).toEqual(never);
      }),
    );
  });

  it('has no plan errors for any pipeline whose needs stand above', () => {
    fc.assert(
      fc.property(anyPipeline, (pipeline) => {
        expect(planErrors(pipeline)).toEqual([]);
      }),
    );
  });

  it('waits for what is at work after a failure, and starts nothing beside it', () => {
    const pipeline = pipelineOf([shell('a'), shell('b'), shell('c', ['a'])]);
    const states = { a: 'failed', b: 'running', c: 'pending' } as const;
    expect(readySteps(pipeline, states)).toEqual([]);
    expect(isFinished(pipeline, states)).toBe(false);
    expect(runningSteps(pipeline, states).map(({ id }) => id)).toEqual(['b']);
  });
});
