import { hint } from './expression-types';
import type { Pipeline, Step } from './pipeline';
import type { Problem } from './problem';

/** Ids that stand twice, needs that lead nowhere, and needs that go in a circle. */
export function needErrors(pipeline: Pipeline): Problem[] {
  return [...duplicateIds(pipeline), ...wrongNeeds(pipeline), ...cycles(pipeline)];
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
  const others = (own: string) => [...ids].filter((id) => id !== own);
  return pipeline.steps.flatMap((step, at) =>
    step.needs.flatMap((need, position): Problem[] => {
      const path = ['steps', at, 'needs', position];
      if (need === step.id) return [{ path, message: `step ${step.id} needs itself` }];
      if (!ids.has(need))
        return [{ path, message: `there is no step named ${need}${hint(need, others(step.id))}` }];
      if (step.needs.indexOf(need) < position) return [{ path, message: `${need} is named twice` }];
      return [];
    }),
  );
}

/** One problem for each circle of two or more steps, spelled out and told where its first step stands. */
function cycles(pipeline: Pipeline): Problem[] {
  if (!hasCircle(pipeline)) return [];
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

/** Takes away what needs nothing that is left, as long as there is something: a circle remains. */
function hasCircle({ steps }: Pipeline): boolean {
  const left = new Map(steps.map((step) => [step.id, new Set(step.needs)]));
  const neededBy = new Map(
    steps.flatMap(({ id, needs }) => [id, ...needs]).map((id): [string, string[]] => [id, []]),
  );
  for (const { id, needs } of steps) for (const need of needs) neededBy.get(need)?.push(id);
  const open = [...neededBy.keys()].filter((id) => !left.get(id)?.size);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    left.delete(id);
    for (const other of neededBy.get(id) ?? []) {
      const needs = left.get(other);
      if (needs?.delete(id) && needs.size === 0) open.push(other);
    }
  }
  return left.size > 0;
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
