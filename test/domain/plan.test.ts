import fc from 'fast-check';
import { expand, type Plan } from '../../src/domain/expand';
import {
  artifactSources,
  changesEnvironment,
  hasFailed,
  initialStates,
  lanesOf,
  neverStarted,
  readySteps,
  transitiveNeeds,
} from '../../src/domain/plan';
import { planErrors } from '../../src/domain/plan-errors';
import type { StepStatus } from '../../src/domain/run';
import { canary, pipelineOf, shell } from './fixtures';

const planOf = (steps: unknown[]): Plan => expand(pipelineOf(steps));
const built = shell('build', [], { artifacts: ['dist/**'] });

describe('lanesOf and artifactSources', () => {
  it('lists each lane once, sorted', () => {
    const steps = [
      built,
      canary('b', ['build'], 'build', { service: 'web' }),
      canary('a', ['build'], 'build'),
      canary('c', ['a'], 'build'),
    ];
    expect(lanesOf(planOf(steps)).map(({ service }) => service)).toEqual(['shop', 'web']);
  });

  it('finds artifacts of direct and transitive needs in pipeline order', () => {
    const plan = planOf([
      shell('late', [], { artifacts: ['b'] }),
      shell('early', [], { artifacts: ['a'] }),
      shell('unrelated', [], { artifacts: ['c'] }),
      shell('middle', ['early', 'late']),
      shell('end', ['middle']),
    ]);
    const end = plan.steps[4];
    expect(end && artifactSources(plan, end).map(({ id }) => id)).toEqual(['late', 'early']);
    expect([...transitiveNeeds(plan, 'end')].sort()).toEqual(['early', 'late', 'middle']);
  });
});

/** Written pipelines in which each step needs some of those above it. */
const anySteps = fc
  .array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((rows) =>
    rows.map((needs, at) => {
      const above = needs.filter(() => at > 0).map((need) => `s${String(need % Math.max(at, 1))}`);
      return shell(`s${String(at)}`, [...new Set(above)]);
    }),
  );
const anyPlan = anySteps.map(planOf);
const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });

/** Runs a plan to its end: `picked` says what starts or ends next, `ends` how a step ends that does not succeed. */
function runThrough(plan: Plan, picked: number[], ends: Record<string, StepStatus>) {
  const states = initialStates(plan);
  const started: string[] = [];
  for (let turn = 0; ; turn++) {
    const ready = readySteps(plan, states);
    const running = plan.steps.filter(({ id }) => states[id] === 'running');
    const open = [...ready, ...running];
    const next = open[(picked[turn % picked.length] ?? 0) % Math.max(open.length, 1)];
    if (!next) return { states, started };
    if (ready.includes(next)) {
      expect(next.needs.map((need) => states[need])).not.toContain('pending');
      expect(next.needs.map((need) => states[need])).not.toContain('running');
      expect(hasFailed(plan, states)).toBe(false);
      started.push(next.id);
      states[next.id] = 'running';
    } else states[next.id] = ends[next.id] ?? 'succeeded';
  }
}

describe('scheduling', () => {
  it('runs every step once when none fails', () => {
    fc.assert(
      fc.property(anyPlan, choices, (plan, picked) => {
        const { states, started } = runThrough(plan, picked, {});
        expect(started.toSorted()).toEqual(plan.steps.map(({ id }) => id).sort());
        expect(new Set(Object.values(states))).toEqual(new Set(['succeeded']));
        expect(neverStarted(plan, states)).toEqual([]);
      }),
    );
  });

  it('starts nothing after the first failure, and names exactly what never started', () => {
    fc.assert(
      fc.property(
        anyPlan,
        choices,
        fc.nat(11),
        fc.constantFrom<StepStatus>('failed', 'cancelled'),
        (plan, picked, at, end) => {
          const { states, started } = runThrough(plan, picked, { [`s${String(at)}`]: end });
          const never = plan.steps.map(({ id }) => id).filter((id) => !started.includes(id));
          expect(neverStarted(plan, states)).toEqual(never);
          expect(hasFailed(plan, states)).toBe(at < plan.steps.length);
        },
      ),
    );
  });

  it('goes on after a skipped step, and after a failed one that may fail', () => {
    fc.assert(
      fc.property(anySteps, choices, fc.nat(11), fc.boolean(), (steps, picked, at, skips) => {
        const plan = planOf(steps.map((step) => ({ ...step, continueOnError: true })));
        const { started } = runThrough(plan, picked, { [`s${String(at)}`]: skips ? 'skipped' : 'failed' });
        expect(started).toHaveLength(plan.steps.length);
      }),
    );
  });

  it('has no plan errors for any pipeline whose needs stand above', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        expect(planErrors(pipelineOf(steps))).toEqual([]);
      }),
    );
  });

  it('starts nothing beside what is at work after a failure', () => {
    const plan = planOf([shell('a'), shell('b'), shell('c', ['a'])]);
    const states = { a: 'failed', b: 'running', c: 'pending' } as const;
    expect(readySteps(plan, states)).toEqual([]);
    expect(neverStarted(plan, states)).toEqual(['c']);
  });

  it('ends the run of a step that may fail when it was cancelled', () => {
    const plan = planOf([shell('a', [], { continueOnError: true }), shell('b', ['a'])]);
    expect(hasFailed(plan, { a: 'failed', b: 'pending' })).toBe(false);
    expect(hasFailed(plan, { a: 'cancelled', b: 'pending' })).toBe(true);
  });
});

describe('changesEnvironment', () => {
  it.each<[string, object, boolean]>([
    ['a canary', canary('a', [], 'build'), true],
    ['a step that is undone', shell('a', [], { compensate: { uses: 'shell', with: { run: 'true' } } }), true],
    ['a build', shell('a'), false],
    ['a scan', { id: 'a', uses: 'scan' }, false],
  ])('%s', (_, step, wanted) => {
    expect(planOf([step]).steps.map(changesEnvironment)).toEqual([wanted]);
  });
});
