import type { EventKind } from './event';
import { maxDepth, maxPlannedSteps, type Plan } from './expand';
import { hint } from './expression-types';
import { type InputDefinitions, inputFaults } from './inputs';
import { matrixInstances } from './matrix';
import type { Pipeline, PipelineStep } from './pipeline';
import type { Doubts } from './pipeline-draft';
import { laneConflicts } from './plan-errors';
import type { Problem } from './problem';

type Siblings = ReadonlyMap<string, Pipeline>;

/** The pipelines of one repository by name, and the names of those that have faults of their own. */
export interface Family {
  siblings: Siblings;
  unsound: ReadonlySet<string>;
}

const childrenOf = (pipeline: Pipeline): PipelineStep[] =>
  pipeline.steps.filter((step): step is PipelineStep => step.uses === 'pipeline');

/**
 * Steps that a pipeline has with its children and matrices written out, Infinity when there are more than a plan may have;
 * undefined when that cannot be told, because a child is not known, contains itself or is nested too deeply.
 */
export function plannedSize(
  pipeline: Pipeline,
  siblings: Siblings = new Map(),
  above: string[] = [],
): number | undefined {
  if (above.includes(pipeline.name) || above.length > maxDepth) return undefined;
  let size = 0;
  for (const step of pipeline.steps) {
    if (step.uses === 'pipeline') {
      const child = siblings.get(step.with.pipeline);
      const inner = child && plannedSize(child, siblings, [...above, pipeline.name]);
      if (inner === undefined) return undefined;
      size += inner;
    } else size += Math.max(matrixInstances(step).length, 1);
    if (size > maxPlannedSteps) return Infinity;
  }
  return size;
}

/** Kinds of the events that can start a run of this pipeline: its own triggers', and those of the pipelines that use it. */
export function kindsOf(pipeline: Pipeline, siblings: Siblings = new Map()): EventKind[] {
  const kinds = new Set<EventKind>();
  const seen = new Set<string>();
  const open = [pipeline];
  for (let one = open.pop(); one; one = open.pop()) {
    const { name } = one;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { event } of one.on) kinds.add(event);
    open.push(
      ...[...siblings.values()].filter((other) =>
        childrenOf(other).some((step) => step.with.pipeline === name),
      ),
    );
  }
  return [...kinds];
}

/** What is wrong with the child pipelines of a pipeline: unknown, nested, too many steps, and inputs that do not fit. */
export function childProblems(
  pipeline: Pipeline,
  { siblings, unsound }: Family,
  { steps: doubtful }: Doubts,
): Problem[] {
  const family = new Map(siblings).set(pipeline.name, pipeline);
  const problems = pipeline.steps.flatMap((step, at): Problem[] => {
    if (step.uses !== 'pipeline' || doubtful.has(step.id)) return [];
    const path = ['steps', at, 'with'];
    const { pipeline: name } = step.with;
    const child = family.get(name);
    if (!child) {
      const known = [...siblings.keys()].filter((other) => other !== pipeline.name);
      return [
        { path: [...path, 'pipeline'], message: `there is no pipeline named ${name}${hint(name, known)}` },
      ];
    }
    const nesting = nestingProblem(pipeline.name, name, family);
    return [
      ...(nesting === undefined ? [] : [{ path: [...path, 'pipeline'], message: nesting }]),
      ...(unsound.has(name) ? [] : inputProblems(step, child.inputs ?? {}, path)),
    ];
  });
  const children = childrenOf(pipeline);
  if (
    problems.length > 0 ||
    children.length === 0 ||
    children.some((step) => unsound.has(step.with.pipeline))
  )
    return problems;
  if (plannedSize(pipeline, siblings) !== Infinity) return [];
  const message = `with its child pipelines and matrices it has more than ${String(maxPlannedSteps)} steps`;
  return [{ path: ['steps'], message }];
}

/** How a child leads back to the pipeline that uses it, or too deep; every pipeline is looked at once on each level. */
function nestingProblem(top: string, first: string, siblings: Siblings): string | undefined {
  let level = [[top, first]];
  for (let depth = 1; level.length > 0; depth++) {
    const next = new Map<string, string[]>();
    for (const chain of level) {
      const last = chain.at(-1) ?? first;
      if (last === top) return `pipeline ${top} contains itself: ${chain.join(' -> ')}`;
      if (depth > maxDepth)
        return `child pipelines are nested more than ${String(maxDepth)} deep: ${chain.join(' -> ')}`;
      const inner = siblings.get(last);
      for (const step of inner ? childrenOf(inner) : []) {
        const { pipeline: name } = step.with;
        // A circle further down is told where it stands.
        if (!next.has(name) && !chain.slice(1).includes(name)) next.set(name, [...chain, name]);
      }
    }
    level = [...next.values()];
  }
  return undefined;
}

/** Values that hold `${...}` are known only when the run gets there. */
const isOpen = (value: unknown): boolean => typeof value === 'string' && value.includes('${');

function inputProblems(
  { with: { inputs } }: PipelineStep,
  definitions: InputDefinitions,
  path: Problem['path'],
): Problem[] {
  const given = Object.entries(inputs).flatMap(([name, value]): Problem[] => {
    const definition = definitions[name];
    if (!definition) {
      const message = `there is no input ${name}${hint(name, Object.keys(definitions)) || ', the pipeline declares none'}`;
      return [{ path: [...path, 'inputs', name], atKey: true, message }];
    }
    if (isOpen(value)) return [];
    return inputFaults({ [name]: definition }, { [name]: value }).map((message) => ({
      path: [...path, 'inputs', name],
      message,
    }));
  });
  const missing = Object.entries(definitions).flatMap(([name, definition]): Problem[] =>
    Object.hasOwn(inputs, name)
      ? []
      : inputFaults({ [name]: definition }, {}).map((message) => ({ path: [...path, 'inputs'], message })),
  );
  return [...given, ...missing];
}

/** One problem for each step that uses a pipeline with faults; `faulty` gives the file of each by name. */
export function faultyChildren(pipeline: Pipeline, faulty: ReadonlyMap<string, string>): Problem[] {
  return pipeline.steps.flatMap((step, at): Problem[] => {
    const file = step.uses === 'pipeline' ? faulty.get(step.with.pipeline) : undefined;
    if (step.uses !== 'pipeline' || file === undefined) return [];
    const message = `pipeline ${step.with.pipeline} has problems of its own, told at ${file}`;
    return [{ path: ['steps', at, 'with', 'pipeline'], message }];
  });
}

/** Releases of one lane by different steps of a pipeline, of which at least one is a child pipeline, in no certain order. */
export function childConflicts(pipeline: Pipeline, plan: Plan): Problem[] {
  const writtenAt = (id: string) => pipeline.steps.findIndex((step) => step.id === id.split('.')[0]);
  return laneConflicts(plan.steps).flatMap(({ later, earlier, lane }): Problem[] => {
    const [at, other] = [writtenAt(later), writtenAt(earlier)];
    const step = pipeline.steps[at];
    if (at === other || !step) return [];
    const path = ['steps', at, 'with', step.uses === 'pipeline' ? 'pipeline' : 'service'];
    const owner = pipeline.steps[other]?.id ?? earlier;
    return [{ path, message: `${owner} releases ${lane} too: one of both must need the other` }];
  });
}
