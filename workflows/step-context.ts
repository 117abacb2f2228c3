import { workflowInfo } from '@temporalio/workflow';
import { type ExpressionContext, holds, interpolate } from '../src/domain/expression';
import type { PlannedStep } from '../src/domain/expand';
import type { Inputs } from '../src/domain/inputs';
import { artifactSources } from '../src/domain/plan';
import { refOf, type RunInput, type StepOutput } from '../src/domain/run';
import type { Board } from './board';
import { createNames } from './names';

/** A text, number, truth value, list or map as JSON has them. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What the steps of one run share. */
export interface StepContext {
  input: RunInput;
  /** The run's id. */
  run: string;
  /** The ref that the run acts for; null where there is none. */
  ref: string | null;
  /** Results of the steps by their id in the plan. */
  outputs: Record<string, StepOutput>;
  /** Whether no other step of the run is at work. */
  isAlone: () => boolean;
  /** Workflow ids of the canaries that were started, by step. */
  canaries: Map<string, string>;
  /** The text with its `${...}` expressions replaced, as the step sees them; `hashFiles` and `secret` leave marks for the worker. */
  text: (step: PlannedStep, template: string) => string;
  /** The name of the run's group, as its pipeline writes it. */
  group: (template: string) => string;
  env: (step: PlannedStep, env: Record<string, string>) => Record<string, string>;
  inputs: (step: PlannedStep) => Inputs;
  /** A value with every text in it replaced so. */
  json: (step: PlannedStep, value: Json) => Json;
  /** The condition that keeps the step from being executed: its own `when`, or one of the child pipelines around it. */
  unwanted: (step: PlannedStep) => string | undefined;
  /** Digests of the archives of the steps it needs, in pipeline order. */
  artifacts: (step: PlannedStep) => string[];
  /** Shows what the step releases. */
  releases: Board['releases'];
  /** The first write sequence of a block that is above all blocks before it. */
  nextSequences: () => number;
}

/** Write sequences set aside for one canary: more than its shifts can ever be. */
const sequencesPerBlock = 1_000_000;

/** Only the worker has the files and the secrets; no event text can hold the mark's NUL. */
const marked = {
  hashFiles: (...files: string[]) => `\0${JSON.stringify(files)}\0`,
  secret: (name: string) => `\0${JSON.stringify({ secret: name })}\0`,
};

export function createStepContext(input: RunInput, board: Board): StepContext {
  const { pipeline: plan, resume } = input;
  const run = workflowInfo().workflowId;
  const outputs: Record<string, StepOutput> = { ...resume?.outputs };
  const { namesFor, inputsOf } = createNames(input, run, outputs, board);
  let blocks = 0;
  const text = (step: PlannedStep, template: string) =>
    template.includes('${')
      ? interpolate(template, namesFor(step.scope, step.values), { functions: marked })
      : template;

  const unwanted = (step: PlannedStep): string | undefined => {
    const conditions: [string, () => ExpressionContext][] = [];
    for (let scope = step.scope; scope !== undefined; scope = plan.scopes?.[scope]?.parent) {
      const { when, parent } = plan.scopes?.[scope] ?? {};
      if (when !== undefined) conditions.unshift([when, () => namesFor(parent)]);
    }
    if (step.when !== undefined) conditions.push([step.when, () => namesFor(step.scope, step.values)]);
    return conditions.find(([condition, names]) => !holds(condition, names()))?.[0];
  };

  const json = (step: PlannedStep, value: Json): Json => {
    if (typeof value === 'string') return text(step, value);
    if (Array.isArray(value)) return value.map((inner) => json(step, inner));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, json(step, inner)]));
  };

  return {
    input,
    run,
    ref: refOf(input),
    outputs,
    canaries: new Map(),
    isAlone: () =>
      Object.values(board.states()).filter((status) => status === 'running' || status === 'waiting').length <=
      1,
    text,
    group: (template) => interpolate(template, namesFor(undefined)),
    env: (step, env) =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, text(step, value)])),
    inputs: (step) => inputsOf(step.scope),
    json,
    unwanted,
    artifacts: (step) =>
      artifactSources(plan, step)
        .map(({ id }) => outputs[id]?.artifact)
        .filter((digest) => typeof digest === 'string'),
    releases: board.releases,
    nextSequences() {
      blocks += 1;
      return blocks * sequencesPerBlock;
    },
  };
}

/** What every activity of a step is told about the change that it acts for. */
export function changeOf(
  step: PlannedStep & { environment?: string | undefined; secrets?: string[] },
  { run, ref, input }: Pick<StepContext, 'run' | 'ref' | 'input'>,
) {
  const { repository, commit, pipeline, event } = input;
  const { number: pull } = event.data;
  const ofPull = event.kind === 'pull_request' && typeof pull === 'number' ? { pull } : {};
  return {
    run,
    step: step.id,
    repository,
    commit,
    ref,
    change: { repository, ref, pipeline: pipeline.name, kind: event.kind, ...ofPull },
    environment: step.environment ?? null,
    secrets: step.secrets ?? [],
  };
}
