import type { Pipeline, Step } from './pipeline';
import { transitiveNeeds } from './plan';
import type { Problem } from './problem';

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
  if (artifact === undefined) return problems;
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
