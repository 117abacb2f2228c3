import fc from 'fast-check';
import { expand } from '../../src/domain/expand';
import type { Pipeline } from '../../src/domain/pipeline';
import { lanesOf, transitiveNeeds } from '../../src/domain/plan';
import { laneConflicts, planErrors } from '../../src/domain/plan-errors';
import { needErrors } from '../../src/domain/plan-needs';
import { formatPath } from '../../src/domain/problem';
import { canary, pipelineOf, shell } from './fixtures';

const told = (pipeline: Pipeline) =>
  planErrors(pipeline).map(({ path, message }) => `${formatPath(path)}: ${message}`);
const errorsOf = (steps: unknown[]) => told(pipelineOf(steps));
const built = shell('build', [], { artifacts: ['dist/**'] });
const undone = { compensate: { uses: 'shell', with: { run: 'true' } } };

describe('planErrors', () => {
  it('finds nothing in a good pipeline', () => {
    expect(errorsOf([built, shell('test', ['build']), canary('release', ['test'], 'build')])).toEqual([]);
  });

  it.each<[string, unknown[], string]>([
    ['a name used twice', [shell('a'), shell('a')], 'steps[1].id: a step named a stands above already'],
    ['an unknown need', [shell('a', ['b'])], 'steps[0].needs[0]: there is no step named b'],
    [
      'a need that was meant otherwise',
      [shell('build'), shell('a', ['buidl'])],
      'steps[1].needs[0]: there is no step named buidl, did you mean build?',
    ],
    [
      'a circle that others only lead to',
      [shell('x', ['a']), shell('a', ['b']), shell('b', ['a']), shell('y', ['b'])],
      'steps[1].needs: steps need each other in a circle: a -> b -> a',
    ],
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
    [
      'an artifact of a scan',
      [{ id: 'scan', uses: 'scan' }, canary('r', ['scan'], 'scan')],
      'steps[1].with.artifact: step scan makes no artifacts: only shell steps do',
    ],
    [
      'an artifact of several steps',
      [{ ...built, matrix: { n: [1, 2] } }, canary('r', ['build'], 'build')],
      'steps[1].with.artifact: step build has a matrix: one release cannot have the artifacts of several steps',
    ],
    [
      'secrets of no environment',
      [shell('a', [], { secrets: ['TOKEN'] })],
      'steps[0].secrets: secrets belong to an environment: say which one in `environment`',
    ],
    [
      'a secret named twice',
      [shell('a', [], { secrets: ['TOKEN', 'TOKEN'], environment: 'production' })],
      'steps[0].secrets[1]: TOKEN is named twice',
    ],
    [
      'a longest pause shorter than the first',
      [shell('a', [], { retry: { attempts: 2, backoff: '1m', maxBackoff: '59s' } })],
      'steps[0].retry.maxBackoff: is shorter than the backoff of 1m',
    ],
    [
      'an unknown kind of event',
      [{ id: 'a', uses: 'wait', with: { event: 'pusch' } }],
      'steps[0].with.event: there is no event of kind pusch, did you mean push?',
    ],
    [
      'too many steps',
      Array.from({ length: 20 }, (_, at) =>
        shell(`s${String(at)}`, [], { matrix: { a: [1, 2, 3, 4, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7] } }),
      ),
      'steps: make 1120 steps with their matrices, at most 1000 are allowed',
    ],
    [
      'two releases of one lane',
      [built, canary('a', ['build'], 'build'), canary('b', ['build'], 'build')],
      'steps[2].with.service: a releases shop in production too: one of both must need the other',
    ],
  ])('names %s', (_, steps, wanted) => {
    expect(errorsOf(steps)).toEqual([wanted]);
  });
});

describe('what is allowed', () => {
  it.each<[string, unknown[]]>([
    [
      'a canary that changes the configuration alone',
      [{ ...canary('a', [], 'x'), with: { service: 's', environment: 'e', start: 'x' } }],
    ],
    [
      'a release that another one follows',
      [built, canary('a', ['build'], 'build'), shell('b', ['a']), canary('c', ['b'], 'build')],
    ],
    [
      'releases of two lanes',
      [built, canary('a', ['build'], 'build'), canary('b', ['build'], 'build', { environment: 'staging' })],
    ],
    ['`before` with `compensate`', [shell('a', [], { before: { run: 'true' }, ...undone })]],
    ['secrets of an environment', [shell('a', [], { secrets: ['TOKEN'], environment: 'production' })]],
    ['pauses of one length', [shell('a', [], { retry: { attempts: 2, backoff: '60s', maxBackoff: '1m' } })]],
  ])('is %s', (_, steps) => {
    expect(errorsOf(steps)).toEqual([]);
  });
});

describe('inputs', () => {
  const inputs: Pipeline['inputs'] = { size: { type: 'string' }, dry: { type: 'boolean', default: false } };
  const pipeline = pipelineOf([shell('a')]);

  it.each<[string, Pipeline['on'], string[]]>([
    ['no trigger', [], []],
    ['a manual one', [{ event: 'manual' }], []],
    [
      'another one too',
      [{ event: 'manual' }, { event: 'tag' }, { event: 'push' }],
      ['inputs.size: needs a default, because tag events give no inputs'],
    ],
  ])('need defaults as the triggers ask for: %s', (_, on, wanted) => {
    expect(told({ ...pipeline, on, inputs })).toEqual(wanted);
  });
});

describe('what is in doubt', () => {
  it('is checked for its needs alone', () => {
    const pipeline = pipelineOf([shell('a', ['b'], { secrets: ['TOKEN'], before: { run: 'true' } })]);
    const doubts = { steps: new Set(['a']), head: false };
    expect(planErrors(pipeline, doubts).map(({ message }) => message)).toEqual(['there is no step named b']);
  });

  it('may have artifacts, inputs and lanes', () => {
    const pipeline = pipelineOf([
      shell('build'),
      canary('a', ['build'], 'build'),
      canary('b', ['build'], 'build'),
    ]);
    const inputs = { size: { type: 'string' } } as const;
    expect(planErrors({ ...pipeline, inputs }, { steps: new Set(['build', 'b']), head: true })).toEqual([]);
  });
});

describe('needs and lanes of any pipeline', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const graph = fc.array(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { minLength: 6, maxLength: 6 });

  it('has a circle exactly where a step comes before itself', () => {
    fc.assert(
      fc.property(graph, (rows) => {
        const pipeline = pipelineOf(
          rows.map((needs, at) =>
            shell(
              ids[at] ?? '',
              needs.map((need) => ids[need] ?? ''),
            ),
          ),
        );
        const inCircles = ids.filter((id) => transitiveNeeds(pipeline, id).has(id));
        const messages = needErrors(pipeline).map(({ message }) => message);
        const alone = ids.filter((id, at) => pipeline.steps[at]?.needs.includes(id));
        expect(messages.filter((message) => message.endsWith('needs itself'))).toHaveLength(alone.length);
        const named = messages
          .filter((message) => message.includes('circle'))
          .flatMap((message) => message.split(': ')[1]?.split(' -> ') ?? []);
        for (const id of named) expect(inCircles).toContain(id);
        if (inCircles.some((id) => !alone.includes(id))) expect(named.length).toBeGreaterThan(0);
      }),
    );
  });

  it('has no conflict where one release comes after the other', () => {
    fc.assert(
      fc.property(graph, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (rows, isCanary) => {
        const steps = rows.map((needs, at) => {
          const above = [
            ...new Set(needs.filter(() => at > 0).map((need) => ids[need % Math.max(at, 1)] ?? '')),
          ];
          const id = ids[at] ?? '';
          return isCanary[at]
            ? { ...canary(id, above, 'x'), with: { service: 's', environment: 'e', start: 'x' } }
            : shell(id, above);
        });
        const plan = expand(pipelineOf(steps));
        const canaries = ids.filter((_, at) => isCanary[at]);
        const ordered = canaries.every((id, at) =>
          canaries.slice(0, at).every((other) => transitiveNeeds(plan, id).has(other)),
        );
        expect(laneConflicts(plan.steps).length === 0).toBe(ordered);
        expect(lanesOf(plan)).toHaveLength(Math.min(canaries.length, 1));
      }),
    );
  });
});
