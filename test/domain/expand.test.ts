import fc from 'fast-check';
import { expand, maxPlannedSteps } from '../../src/domain/expand';
import { type Pipeline, pipelineSchema } from '../../src/domain/pipeline';
import { transitiveNeeds } from '../../src/domain/plan';
import { canary, pipelineOf, refusal, shell } from './fixtures';

const child = (id: string, pipeline: string, needs: string[] = [], more: object = {}) => ({
  id,
  needs,
  uses: 'pipeline',
  with: { pipeline, ...more },
});

const named = (name: string, steps: unknown[], more: object = {}): Pipeline =>
  pipelineSchema.parse({ apiVersion: 'sagaline/v1', name, on: [], steps, ...more });

const beside = (...pipelines: Pipeline[]): ReadonlyMap<string, Pipeline> =>
  new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]));

const needsOf = (pipeline: Pipeline, siblings?: ReadonlyMap<string, Pipeline>) =>
  Object.fromEntries(expand(pipeline, siblings).steps.map(({ id, needs }) => [id, needs]));

describe('a plan', () => {
  it('of plain steps is the pipeline itself', () => {
    const pipeline = pipelineOf([shell('a'), shell('b', ['a'])]);
    expect(expand(pipeline)).toEqual(pipeline);
  });

  it('has one step for each combination, and what needs the step waits for all of them', () => {
    const pipeline = pipelineOf([
      shell('build'),
      shell('test', ['build'], { matrix: { node: [20, 22], os: ['linux', 'mac'] } }),
      shell('publish', ['test']),
    ]);
    const all = ['test.20-linux', 'test.20-mac', 'test.22-linux', 'test.22-mac'];
    expect(needsOf(pipeline)).toEqual({
      build: [],
      ...Object.fromEntries(all.map((id) => [id, ['build']])),
      publish: all,
    });
    expect(expand(pipeline).steps[2]).toMatchObject({ values: { node: 20, os: 'mac' }, uses: 'shell' });
  });

  it('holds the steps of a child under the id of the step that uses it', () => {
    const checks = named('checks', [shell('lint'), shell('test', ['lint']), shell('scan')]);
    const pipeline = pipelineOf([
      shell('build'),
      child('check', 'checks', ['build']),
      shell('end', ['check']),
    ]);
    expect(needsOf(pipeline, beside(checks))).toEqual({
      build: [],
      'check.lint': ['build'],
      'check.test': ['check.lint'],
      'check.scan': ['build'],
      end: ['check.test', 'check.scan'],
    });
  });

  it('keeps inputs, condition and freeze windows of a child', () => {
    const freeze = { cron: '0 18 * * 5', for: '60h', reason: 'weekend' };
    const release = named('release', [shell('go')], {
      inputs: { service: { type: 'string' }, size: { type: 'number', default: 3 } },
      freeze: [freeze],
    });
    const outer = named('outer', [child('inner', 'release', [], { inputs: { service: '${inputs.name}' } })], {
      inputs: { name: { type: 'string', default: 'x' } },
      freeze: [{ ...freeze, reason: 'outer' }],
    });
    const pipeline = pipelineOf([
      { ...child('all', 'outer', [], { inputs: { name: 'shop' } }), when: 'true' },
    ]);
    const plan = expand(pipeline, beside(release, outer));
    expect(plan.steps.map(({ id, scope }) => [id, scope])).toEqual([['all.inner.go', 'all.inner']]);
    expect(plan.scopes).toEqual({
      all: { inputs: { name: 'shop' }, types: { name: 'string' }, when: 'true' },
      'all.inner': {
        parent: 'all',
        inputs: { service: '${inputs.name}', size: 3 },
        types: { service: 'string', size: 'number' },
      },
    });
    expect(plan.freeze?.map(({ reason }) => reason)).toEqual(['outer', 'weekend']);
  });

  it('can hold one child twice', () => {
    const one = named('one', [shell('go')]);
    const pipeline = pipelineOf([child('a', 'one'), child('b', 'one', ['a'])]);
    expect(needsOf(pipeline, beside(one))).toEqual({ 'a.go': [], 'b.go': ['a.go'] });
  });

  it('lets a canary find the artifacts of its own pipeline', () => {
    const steps = [shell('build', [], { artifacts: ['dist/**'] }), canary('go', ['build'], 'build')];
    const { steps: planned } = expand(
      pipelineOf([...steps, child('all', 'inner', ['go'])]),
      beside(named('inner', steps)),
    );
    expect(planned.flatMap((step) => (step.uses === 'canary' ? [step.with.artifact] : []))).toEqual([
      'build',
      'all.build',
    ]);
  });

  it.each<[string, Pipeline[], string]>([
    ['an unknown child', [], 'there is no pipeline named a beside deliver'],
    [
      'a child that contains itself',
      [named('a', [child('x', 'a')])],
      'pipeline a contains itself: deliver -> a',
    ],
    [
      'children that contain each other',
      [named('a', [child('x', 'b')]), named('b', [child('x', 'a')])],
      'pipeline a contains itself: deliver -> a -> b',
    ],
    [
      'six pipelines inside each other',
      ['a', 'b', 'c', 'd', 'e'].map((name, at, all) =>
        named(name, [at === 4 ? shell('end') : child('x', all[at + 1] ?? '')]),
      ),
      'child pipelines are nested more than 4 deep',
    ],
    [
      'children that multiply',
      ['a', 'b', 'c', 'd'].map((name, at, all) =>
        named(
          name,
          Array.from({ length: 400 }, (_, n) =>
            at === 3 ? shell(`s${String(n)}`) : child(`s${String(n)}`, all[at + 1] ?? ''),
          ),
        ),
      ),
      'the plan has more than 1000 steps',
    ],
  ])('refuses %s', (_, pipelines, wanted) => {
    expect(refusal(() => expand(pipelineOf([child('x', 'a')]), beside(...pipelines)))).toBe(wanted);
  });

  it('may have a thousand steps, and not one more', () => {
    const steps = Array.from({ length: 250 }, (_, at) => shell(`s${String(at)}`));
    const four = ['a', 'b', 'c', 'd'].map((id) => child(id, 'many'));
    const family = beside(named('many', steps));
    expect(expand(pipelineOf(four), family).steps).toHaveLength(maxPlannedSteps);
    expect(refusal(() => expand(pipelineOf([...four, shell('e')]), family))).toBe(
      'the plan has more than 1000 steps',
    );
  });

  it('refuses a plan that no run could be started with', () => {
    const script = (id: string) => ({ ...shell(id), with: { run: 'x'.repeat(15_000) } });
    const steps = Array.from({ length: 99 }, (_, at) => script(`s${String(at)}`));
    expect(expand(pipelineOf(steps)).steps).toHaveLength(99);
    expect(refusal(() => expand(pipelineOf([...steps, script('last')])))).toMatch(
      /^the plan has 15\d{5} bytes .* at most 1500000 are allowed: keep long scripts in files/,
    );
  });

  it('may have four levels of children', () => {
    const names = ['a', 'b', 'c', 'd'];
    const family = names.map((name, at) =>
      named(name, [at === 3 ? shell('end') : child('x', names[at + 1] ?? '')]),
    );
    expect(expand(pipelineOf([child('x', 'a')]), beside(...family)).steps.map(({ id }) => id)).toEqual([
      'x.x.x.x.end',
    ]);
  });

  it('never changes which step comes after which', () => {
    const kinds = fc.constantFrom('plain', 'matrix', 'child');
    const rows = fc.array(fc.tuple(kinds, fc.array(fc.nat(20), { maxLength: 3 })), {
      minLength: 1,
      maxLength: 10,
    });
    const inner = named('inner', [shell('one'), shell('two', ['one']), shell('three')]);
    fc.assert(
      fc.property(rows, (written) => {
        const pipeline = pipelineOf(
          written.map(([kind, above], at) => {
            const id = `s${String(at)}`;
            const needs = at === 0 ? [] : [...new Set(above.map((need) => `s${String(need % at)}`))];
            if (kind === 'child') return child(id, 'inner', needs);
            return shell(id, needs, kind === 'matrix' ? { matrix: { n: [1, 2] } } : {});
          }),
        );
        const plan = expand(pipeline, beside(inner));
        const size = { plain: 1, matrix: 2, child: 3 };
        expect(plan.steps).toHaveLength(written.reduce((sum, [kind]) => sum + size[kind as 'plain'], 0));
        expect(plan.steps.length).toBeLessThanOrEqual(maxPlannedSteps);
        const top = (id: string) => id.split('.')[0] ?? '';
        for (const { id } of plan.steps) {
          const before = new Set([...transitiveNeeds(plan, id)].map(top).filter((one) => one !== top(id)));
          expect(before).toEqual(transitiveNeeds(pipeline, top(id)));
        }
      }),
    );
  });
});
