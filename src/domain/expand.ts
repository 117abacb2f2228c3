import { SagalineError } from './errors';
import { matrixInstances } from './matrix';
import type { Pipeline, PipelineStep, Step } from './pipeline';

/** A step as it is executed: child pipelines are part of the plan, and each combination of a matrix is a step. */
export type PlannedStep = Exclude<Step, PipelineStep> & {
  /** Values of this combination, for `matrix` in expressions. */
  values?: Record<string, string | number | boolean>;
  /** The child pipeline that it belongs to: a key of `scopes`, and the beginning of its id; absent at the top. */
  scope?: string;
};

/** A child pipeline of a plan: what its expressions see. */
export interface Scope {
  /** Scope around it; absent at the top. */
  parent?: string;
  /** Inputs as they are written, with `${...}` of the scope around it. */
  inputs: Record<string, string | number | boolean>;
  /** Types of the inputs that are given as `${...}`. */
  types?: Record<string, string>;
  /** Condition on the whole child, in the scope around it. */
  when?: string;
}

/** What a run executes. */
export interface Plan extends Omit<Pipeline, 'steps'> {
  steps: PlannedStep[];
  scopes?: Record<string, Scope>;
}

/** Steps of one plan, with those of child pipelines and matrices. */
export const maxPlannedSteps = 1000;

/** JSON of one plan in bytes: a run's start, which holds it beside its event, may have 2 MiB. */
export const maxPlanBytes = 1_500_000;

/** Child pipelines inside child pipelines. */
export const maxDepth = 4;

/**
 * Writes out child pipelines and matrices. Throws InvalidPipeline for a child that is not among `siblings`, for one that
 * contains itself or is nested too deeply, and for a plan of too many steps or bytes.
 */
export function expand(pipeline: Pipeline, siblings: ReadonlyMap<string, Pipeline> = new Map()): Plan {
  const scopes: Record<string, Scope> = {};
  const freeze = [...(pipeline.freeze ?? [])];
  let count = 0;

  const inside = (current: Pipeline, scope: string | undefined, above: string[]): PlannedStep[] => {
    if (above.includes(current.name))
      throw invalid(`pipeline ${current.name} contains itself: ${above.join(' -> ')}`);
    if (above.length > maxDepth)
      throw invalid(`child pipelines are nested more than ${String(maxDepth)} deep`);
    const idOf = (id: string) => (scope === undefined ? id : `${scope}.${id}`);
    /** What a step becomes, and which of its planned steps others must wait for. */
    const written = new Map<string, PlannedStep[]>();
    for (const step of current.steps) {
      const place = scope === undefined ? {} : { scope };
      if (step.uses !== 'pipeline') {
        const instances = matrixInstances(step);
        count += Math.max(instances.length, 1);
        // Children of children multiply, so that counting them afterwards could take for ever.
        if (count > maxPlannedSteps) throw invalid(`the plan has more than ${String(maxPlannedSteps)} steps`);
        const planned = { ...withArtifact(step, idOf), ...place, id: idOf(step.id) } as PlannedStep;
        written.set(
          step.id,
          instances.length === 0
            ? [planned]
            : instances.map(({ id, values }) => ({ ...planned, id: idOf(id), values })),
        );
        continue;
      }
      const child = siblings.get(step.with.pipeline);
      if (!child) throw invalid(`there is no pipeline named ${step.with.pipeline} beside ${current.name}`);
      const key = idOf(step.id);
      scopes[key] = {
        ...(scope !== undefined && { parent: scope }),
        inputs: { ...defaultsOf(child), ...step.with.inputs },
        types: Object.fromEntries(Object.entries(child.inputs ?? {}).map(([name, { type }]) => [name, type])),
        ...(step.when !== undefined && { when: step.when }),
      };
      freeze.push(...(child.freeze ?? []));
      written.set(step.id, inside(child, key, [...above, current.name]));
    }
    return current.steps.flatMap((step) => {
      const planned = written.get(step.id) ?? [];
      const needs = step.needs.flatMap((need) => lastOf(written.get(need) ?? []));
      if (step.uses !== 'pipeline') return planned.map((one) => ({ ...one, needs }));
      const own = new Set(planned.map(({ id }) => id));
      return planned.map((one) => (one.needs.some((need) => own.has(need)) ? one : { ...one, needs }));
    });
  };

  const steps = inside(pipeline, undefined, []);
  const plan: Plan = {
    ...pipeline,
    steps,
    ...(freeze.length > 0 && { freeze }),
    ...(Object.keys(scopes).length > 0 && { scopes }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(plan));
  if (bytes > maxPlanBytes) {
    const detail = `the plan has ${String(bytes)} bytes with its matrices and child pipelines, at most ${String(maxPlanBytes)} are allowed`;
    throw invalid(`${detail}: keep long scripts in files of the repository`);
  }
  return plan;
}

/** A canary names the step that made its artifacts, which has another id in a plan than in a child's own file. */
function withArtifact<S extends Step>(step: S, idOf: (id: string) => string): S {
  if (step.uses !== 'canary' || step.with.artifact === undefined) return step;
  return { ...step, with: { ...step.with, artifact: idOf(step.with.artifact) } };
}

/** Steps that no other of them needs: when these are done, all are. */
function lastOf(steps: PlannedStep[]): string[] {
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  return steps.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
}

function defaultsOf({ inputs = {} }: Pipeline): Scope['inputs'] {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { default: fallback }]) =>
      fallback === undefined ? [] : [[name, fallback]],
    ),
  );
}

const invalid = (detail: string) => new SagalineError('InvalidPipeline', detail);
