import type { CanaryStep, Pipeline, ShellStep, Step } from './pipeline';
import type { Problem } from './problem';
import type { StepStatus } from './run';

/** Status of every step of a run, by step id. */
export type StepStates = Readonly<Record<string, StepStatus>>;

/** Every step pending: the states a run begins with. */
export function initialStates(pipeline: Pipeline): Record<string, StepStatus> {
  return Object.fromEntries(pipeline.steps.map((step) => [step.id, 'pending']));
}

/** True once a step failed or was cancelled: from then on nothing starts. */
export function hasFailed(states: StepStates): boolean {
  return Object.values(states).some((status) => status === 'failed' || status === 'cancelled');
}

/** Pending steps whose needs all succeeded, in pipeline order; none once a step failed or was cancelled. */
export function readySteps(pipeline: Pipeline, states: StepStates): Step[] {
  if (hasFailed(states)) return [];
  return pipeline.steps.filter(
    (step) => states[step.id] === 'pending' && step.needs.every((need) => states[need] === 'succeeded'),
  );
}

/** Steps at work, in pipeline order: what a run cancels after a failure. */
export function runningSteps(pipeline: Pipeline, states: StepStates): Step[] {
  return pipeline.steps.filter((step) => states[step.id] === 'running' || states[step.id] === 'waiting');
}

/** Ids of pending steps that will never start, because a step failed, was cancelled or was itself skipped. */
export function skippedBy(pipeline: Pipeline, states: StepStates): string[] {
  const pending = pipeline.steps.filter((step) => states[step.id] === 'pending');
  if (hasFailed(states)) return pending.map((step) => step.id);
  const skipped = new Set(pipeline.steps.map((step) => step.id).filter((id) => states[id] === 'skipped'));
  return pending
    .filter((step) => [...transitiveNeeds(pipeline, step.id)].some((need) => skipped.has(need)))
    .map((step) => step.id);
}

/** True when nothing is at work and nothing can start any more. */
export function isFinished(pipeline: Pipeline, states: StepStates): boolean {
  return runningSteps(pipeline, states).length === 0 && readySteps(pipeline, states).length === 0;
}

/** The lanes a run deploys to, unique and sorted: every run takes them in this order, so that none waits in a circle. */
export function lanesOf(pipeline: Pipeline): { service: string; environment: string }[] {
  const lanes = canarySteps(pipeline).map((step) => [step.with.service, step.with.environment] as const);
  const unique = new Map(
    lanes.map(([service, environment]) => [JSON.stringify([service, environment]), { service, environment }]),
  );
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, lane]) => lane);
}

/** Ids of all steps that `id` needs, directly or through others; unknown ids are left out, `id` is in only in a cycle. */
export function transitiveNeeds(pipeline: Pipeline, id: string): Set<string> {
  const steps = new Map(pipeline.steps.map((step) => [step.id, step]));
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
export function artifactSources(pipeline: Pipeline, step: Step): ShellStep[] {
  const needs = transitiveNeeds(pipeline, step.id);
  return pipeline.steps.filter(
    (other): other is ShellStep =>
      other.uses === 'shell' && other.artifacts.length > 0 && needs.has(other.id),
  );
}

function canarySteps(pipeline: Pipeline): CanaryStep[] {
  return pipeline.steps.filter((step) => step.uses === 'canary');
}

/** Everything wrong with the steps taken together that no schema can see; empty when the pipeline can be planned. */
export function planErrors(pipeline: Pipeline): Problem[] {
  return [
    ...duplicateIds(pipeline),
    ...wrongNeeds(pipeline),
    ...cycles(pipeline),
    ...pipeline.steps.flatMap((step, at) => canaryErrors(pipeline, step, at)),
    ...pipeline.steps.flatMap(compensateErrors),
  ];
}

function duplicateIds(pipeline: Pipeline): Problem[] {
  const ids = pipeline.steps.map((step) => step.id);
  return ids.flatMap((id, at) =>
    ids.indexOf(id) < at
      ? [{ path: ['steps', at, 'id'], message: `a step named ${id} stands above already` }]
      : [],
  );
}

function wrongNeeds(pipeline: Pipeline): Problem[] {
  const ids = new Set(pipeline.steps.map((step) => step.id));
  return pipeline.steps.flatMap((step, at) =>
    step.needs.flatMap((need, position): Problem[] => {
      const path = ['steps', at, 'needs', position];
      if (need === step.id) return [{ path, message: `step ${step.id} needs itself` }];
      if (!ids.has(need)) return [{ path, message: `there is no step named ${need}` }];
      if (step.needs.indexOf(need) < position) return [{ path, message: `${need} is named twice` }];
      return [];
    }),
  );
}

/** One problem for each circle of two or more steps, spelled out and told where its first step stands. */
function cycles(pipeline: Pipeline): Problem[] {
  const reported = new Set<string>();
  return pipeline.steps.flatMap((step, at): Problem[] => {
    if (reported.has(step.id)) return [];
    const circle = circleThrough(pipeline, step);
    if (!circle) return [];
    circle.forEach((id) => reported.add(id));
    return [
      { path: ['steps', at, 'needs'], message: `steps need each other in a circle: ${circle.join(' -> ')}` },
    ];
  });
}

/** A shortest chain of needs that leads from a step back to it, or undefined; a step that needs itself is told elsewhere. */
function circleThrough(pipeline: Pipeline, start: Step): string[] | undefined {
  const steps = new Map(pipeline.steps.map((step) => [step.id, step]));
  const chains: string[][] = [[start.id]];
  const seen = new Set<string>();
  for (let chain = chains.shift(); chain; chain = chains.shift()) {
    const last = chain[chain.length - 1] ?? start.id;
    for (const need of steps.get(last)?.needs ?? []) {
      if (need === start.id && chain.length > 1) return [...chain, need];
      if (seen.has(need) || need === start.id) continue;
      seen.add(need);
      chains.push([...chain, need]);
    }
  }
  return undefined;
}

function canaryErrors(pipeline: Pipeline, step: Step, at: number): Problem[] {
  if (step.uses !== 'canary') return [];
  const { artifact, weights, checks } = step.with;
  const problems: Problem[] = [];
  const path = ['steps', at, 'with', 'artifact'];
  const source = pipeline.steps.find((other) => other.id === artifact);
  if (!source) problems.push({ path, message: `there is no step named ${artifact}` });
  else if (source.uses !== 'shell' || source.artifacts.length === 0) {
    problems.push({ path, message: `step ${artifact} makes no artifacts: give it an \`artifacts\` list` });
  } else if (!transitiveNeeds(pipeline, step.id).has(artifact)) {
    problems.push({
      path,
      message: `step ${step.id} must need ${artifact}, directly or through another step`,
    });
  }
  if (weights.length === 0 && checks.length > 0) {
    problems.push({
      path: ['steps', at, 'with', 'weights'],
      message: 'checks need at least one weight to be measured at',
    });
  }
  const names = checks.map((check) => check.name);
  names.forEach((name, position) => {
    if (names.indexOf(name) === position) return;
    problems.push({
      path: ['steps', at, 'with', 'checks', position, 'name'],
      message: `${name} is named twice`,
    });
  });
  return problems;
}

/** Only a step that may deploy or migrate has something to undo; a step without effect outside its checkout has not. */
function compensateErrors(step: Step, at: number): Problem[] {
  if (step.uses !== 'shell' || step.before === undefined || step.compensate !== undefined) return [];
  return [
    {
      path: ['steps', at, 'before'],
      message: '`before` is recorded for `compensate`: add one, or remove this',
    },
  ];
}
