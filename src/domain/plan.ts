import type { Plan, PlannedStep } from './expand';
import type { CanaryStep, ShellStep } from './pipeline';
import type { StepStatus } from './run';

/** Status of every step of a run, by step id. */
export type StepStates = Readonly<Record<string, StepStatus>>;

/** What these rules read of a pipeline or a plan. */
interface Steps<S = { id: string; needs: readonly string[] }> {
  steps: readonly S[];
}

/** Every step pending: the states a run begins with. */
export function initialStates(plan: Steps): Record<string, StepStatus> {
  return Object.fromEntries(plan.steps.map((step) => [step.id, 'pending']));
}

const mayFail = (step: object): boolean => 'continueOnError' in step && step.continueOnError === true;

/** True once a step was cancelled, or failed without `continueOnError`: from then on nothing starts. */
export function hasFailed(plan: Steps, states: StepStates): boolean {
  return plan.steps.some(
    (step) => states[step.id] === 'cancelled' || (states[step.id] === 'failed' && !mayFail(step)),
  );
}

/** Pending steps whose needs are all done, in pipeline order; none once the run has failed. */
export function readySteps<S extends PlannedStep>(plan: Steps<S>, states: StepStates): S[] {
  if (hasFailed(plan, states)) return [];
  const done = new Set(
    plan.steps
      .filter(({ id }) => ['succeeded', 'skipped', 'failed'].includes(states[id] ?? ''))
      .map(({ id }) => id),
  );
  return plan.steps.filter(
    (step) => states[step.id] === 'pending' && step.needs.every((need) => done.has(need)),
  );
}

/** Ids of the steps that will never start, because the run has failed. */
export function neverStarted(plan: Steps, states: StepStates): string[] {
  return plan.steps.filter((step) => states[step.id] === 'pending').map((step) => step.id);
}

/** Ids of the steps that are neither done nor failed: none is left when a run may call itself succeeded. */
export function unfinished(plan: Steps, states: StepStates): string[] {
  return plan.steps
    .filter(({ id }) => ['pending', 'running', 'waiting', undefined].includes(states[id]))
    .map(({ id }) => id);
}

/** The lanes a run deploys to, unique and sorted: every run takes them in this order, so that none waits in a circle. */
export function lanesOf(plan: Plan): { service: string; environment: string }[] {
  const lanes = canarySteps(plan).map((step) => [step.with.service, step.with.environment] as const);
  const unique = new Map(
    lanes.map(([service, environment]) => [JSON.stringify([service, environment]), { service, environment }]),
  );
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, lane]) => lane);
}

/** Whether a step acts on an environment: it waits for the run's lanes, and a newer run may no longer cancel this one. */
export function changesEnvironment(step: PlannedStep): boolean {
  return step.uses === 'canary' || ('compensate' in step && step.compensate !== undefined);
}

/** Ids of all steps that `id` needs, directly or through others; unknown ids are left out, `id` is in only in a cycle. */
export function transitiveNeeds(plan: Steps, id: string): Set<string> {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const found = new Set<string>();
  const open = [...(steps.get(id)?.needs ?? [])];
  for (let need = open.pop(); need !== undefined; need = open.pop()) {
    const step = steps.get(need);
    if (!step || found.has(need)) continue;
    found.add(need);
    open.push(...step.needs);
  }
  return found;
}

/** Steps whose artifacts a step finds in its checkout: its direct and transitive needs, in pipeline order. */
export function artifactSources(plan: Plan, step: Pick<PlannedStep, 'id'>): (PlannedStep & ShellStep)[] {
  const makers = plan.steps.filter(
    (other): other is PlannedStep & ShellStep => other.uses === 'shell' && other.artifacts.length > 0,
  );
  if (makers.length === 0) return [];
  const needs = transitiveNeeds(plan, step.id);
  return makers.filter(({ id }) => needs.has(id));
}

function canarySteps(plan: Plan): (PlannedStep & CanaryStep)[] {
  return plan.steps.filter((step): step is PlannedStep & CanaryStep => step.uses === 'canary');
}

/** The environments to which a plan releases by the canary of this id, or by any where none is named; each once. */
export const canaryEnvironments = (plan: Plan, id: string | undefined): string[] =>
  environmentsOf(canarySteps(plan).filter((step) => id === undefined || step.id === id));

/** The environment that a step acts on or reads secrets of. */
export function environmentOf(step: PlannedStep): string | undefined {
  if (step.uses === 'canary') return step.with.environment;
  return 'environment' in step ? step.environment : undefined;
}

/** The environments of all steps, each once. */
export const environmentsOf = (steps: readonly PlannedStep[]): string[] => [
  ...new Set(steps.flatMap((step) => environmentOf(step) ?? [])),
];
