import fc from 'fast-check';
import { expand, type Plan, type PlannedStep } from '../../../src/domain/expand';
import { pipelineSchemaWith } from '../../../src/domain/pipeline';

/** What becomes of one step of a case. */
export interface Fate {
  /** Attempts that fail before one succeeds; at or above the step's attempts, it fails for good. */
  failures: number;
  /** Attempts of its undo that fail; 5 and more keep failing until a person decides. */
  undoFailures: number;
  /** What the person decides. */
  decision: 'retry' | 'skip' | 'done';
}

/** A random pipeline and everything that happens to it. */
export interface Case {
  plan: Plan;
  fates: Record<string, Fate>;
  /** Cancelled when that many effects have begun; null: never. */
  cancelAfter: number | null;
}

interface DrawnStep {
  kind: 'shell' | 'migration' | 'notify' | 'http' | 'custom' | 'scan' | 'wait' | 'canary' | 'matrix';
  /** How far back its needs are. */
  needs: number[];
  attempts: number;
  mayFail: boolean;
  unwanted: boolean;
  fate: Fate;
}

const fate = fc.record({
  failures: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
  ),
  undoFailures: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constant(5) },
  ),
  decision: fc.constantFrom('retry' as const, 'skip' as const, 'done' as const),
});

const drawnStep: fc.Arbitrary<DrawnStep> = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('shell' as const) },
    { weight: 5, arbitrary: fc.constant('migration' as const) },
    { weight: 4, arbitrary: fc.constant('notify' as const) },
    { weight: 2, arbitrary: fc.constant('http' as const) },
    { weight: 2, arbitrary: fc.constant('custom' as const) },
    { weight: 1, arbitrary: fc.constant('scan' as const) },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
    { weight: 2, arbitrary: fc.constant('canary' as const) },
    { weight: 1, arbitrary: fc.constant('matrix' as const) },
  ),
  needs: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  attempts: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 3 }) },
  ),
  mayFail: fc.oneof(
    { weight: 6, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  unwanted: fc.oneof(
    { weight: 8, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  fate,
});

/** A message whose workflow task was lost is sent again, so one that fails for good fails whenever it is sent. */
function fateOf(step: PlannedStep, drawn?: DrawnStep): Fate {
  if (!drawn) return harmless;
  const isLost = step.uses === 'notify' && drawn.fate.failures >= drawn.attempts;
  return isLost ? { ...drawn.fate, failures: Number.MAX_SAFE_INTEGER } : drawn.fate;
}

const harmless: Fate = { failures: 0, undoFailures: 0, decision: 'done' };

/** Random pipelines of 1 to 30 written steps with random fates. */
export const cases: fc.Arbitrary<Case> = fc
  .tuple(
    fc.array(drawnStep, { minLength: 1, maxLength: 30, size: 'max' }),
    fc.option(fc.integer({ min: 1, max: 25 }), { freq: 4 }),
    fc.boolean(),
  )
  .map(([drawn, cancelAfter, withoutLocal]) => caseOf(withoutLocal ? drawn.map(remote) : drawn, cancelAfter));

/** Instead of what uses local activities, something that does not. */
const remote = (step: DrawnStep): DrawnStep => {
  if (step.kind === 'notify') return { ...step, kind: 'custom' };
  return step.kind === 'canary' ? { ...step, kind: 'migration' } : step;
};

function caseOf(drawn: DrawnStep[], cancelAfter: number | null): Case {
  const pipeline = pipelineSchemaWith(['probe']).parse({
    apiVersion: 'sagaline/v1',
    name: 'random',
    on: [{ event: 'push' }],
    steps: drawn.map(written),
  });
  const plan = expand(pipeline);
  const fates = Object.fromEntries(
    plan.steps.map((step) => [step.id, fateOf(step, drawn[Number(/^s(\d+)/.exec(step.id)?.[1])])]),
  );
  return { plan, fates, cancelAfter };
}

/** A step as it stands in a file. Each release has a lane of its own, so that they may run side by side. */
function written(step: DrawnStep, at: number): object {
  const needs = step.needs.map((back) => at - back).filter((need) => need >= 0);
  const retry = { attempts: step.attempts, backoff: '1ms', maxBackoff: '1ms' };
  const common = {
    id: `s${String(at)}`,
    needs: [...new Set(needs)].map((need) => `s${String(need)}`),
    ...(step.unwanted && { when: 'event.data.ref == "refs/heads/other"' }),
  };
  const acting = { ...common, retry, ...(step.mayFail && { continueOnError: true }) };
  const run = { run: 'true' };
  switch (step.kind) {
    case 'shell':
      return { ...acting, uses: 'shell', with: run };
    case 'matrix':
      return { ...acting, uses: 'shell', with: run, matrix: { node: [20, 22] } };
    case 'migration':
      return { ...acting, uses: 'shell', with: run, before: run, compensate: { uses: 'shell', with: run } };
    case 'notify':
      return { ...acting, uses: 'notify', with: { to: 'team', message: 'hello' } };
    case 'http': {
      const call = { method: 'POST', url: 'http://example.test' };
      return { ...acting, uses: 'http', with: call, compensate: { uses: 'http', with: call } };
    }
    case 'custom':
      return { ...acting, uses: 'probe', with: {}, compensate: { uses: 'probe', with: {} } };
    case 'scan':
      return { ...acting, uses: 'scan' };
    case 'wait':
      return { ...common, uses: 'wait', with: { for: '1ms' } };
    case 'canary': {
      const lane = { service: common.id, environment: 'production' };
      return {
        ...common,
        ...(step.mayFail && { continueOnError: true }),
        uses: 'canary',
        with: { ...lane, start: 'true', interval: '1ms' },
      };
    }
  }
}
