import { eventType, kindOf } from './expression-event';
import {
  bool,
  double,
  dyn,
  hint,
  join,
  never,
  objectOf,
  string,
  type ObjectType,
  type Type,
} from './expression-types';
import type { InputDefinitions } from './inputs';
import { matrixInstances } from './matrix';
import type { Pipeline, Step } from './pipeline';
import { type Doubts, noDoubts } from './pipeline-draft';
import { type Family, plannedSize } from './pipeline-family';
import { transitiveNeeds } from './plan';

/** The pipeline around an expression. */
export interface Surroundings {
  pipeline: Pipeline;
  /** Other pipelines of the repository; undefined when they are not known. */
  family: Family | undefined;
  doubts: Doubts;
  /** What each step becomes, once it was asked for: in a long pipeline every step asks for all before it. */
  results?: Map<Step, Results>;
}

/** Types by id; undefined when they are not known. */
type Results = [string, Type][] | undefined;

/** `run` of an expression. */
export const runType: Type = objectOf(
  'run',
  ['id', 'commit', 'repository', 'pipeline'].map((field) => [field, string] as const),
);

const inputTypes = { string, number: double, boolean: bool };

/** `inputs` of an expression, as the pipeline declares them. */
export function inputsType(inputs: InputDefinitions = {}): Type {
  const fields = Object.entries(inputs).map(([name, { type }]) => [name, inputTypes[type]] as const);
  const missing = (name: string) =>
    `there is no input ${name}${hint(name, Object.keys(inputs)) || ', the pipeline declares none'}`;
  return objectOf('inputs', fields, { missing });
}

/** `matrix` of an expression; undefined for a step without one. */
export function matrixType(step: Step): Type | undefined {
  if (!('matrix' in step) || step.matrix === undefined) return undefined;
  const axes = Object.entries(step.matrix).map(
    ([axis, values]) =>
      [
        axis,
        values.map((value) => inputTypes[typeof value as keyof typeof inputTypes]).reduce(join, never),
      ] as const,
  );
  return objectOf('matrix', axes);
}

/**
 * `steps` of an expression: results of the steps that this one needs, and for what undoes it what is known of itself
 * before it acts.
 */
export function stepsType(around: Surroundings, step: Step, andItself: boolean): Type {
  const reachable = transitiveNeeds(around.pipeline, step.id);
  const results = new Map<string, Type>();
  let loose = false;
  for (const one of around.pipeline.steps) {
    if (!reachable.has(one.id)) continue;
    const own = around.results?.has(one) ? around.results.get(one) : resultsOf(around, one);
    around.results?.set(one, own);
    if (own) for (const [id, type] of own) results.set(id, type);
    else loose = true;
  }
  if (andItself) {
    for (const [id, type] of ownResults(around, step)) results.set(id, type);
    reachable.add(step.id);
  }
  const missing = (id: string) =>
    missingStep(around, id, { own: step.id, reachable, results: [...results.keys()] });
  return objectOf('steps', results, { loose, missing });
}

interface Reach {
  own: string;
  reachable: ReadonlySet<string>;
  /** Ids that can be read. */
  results: string[];
}

function missingStep({ pipeline }: Surroundings, id: string, { own, reachable, results }: Reach): string {
  const [written = ''] = id.split('.');
  const step = pipeline.steps.find((other) => other.id === written);
  if (!step)
    return `there is no step named ${id}${hint(
      id,
      pipeline.steps.map((other) => other.id),
    )}`;
  if (written === own && !reachable.has(own))
    return `step ${own} cannot read its own results before it has run`;
  if (!reachable.has(written)) return `this step does not need ${written}, which may not have run yet`;
  const known = results.filter((one) => one.startsWith(`${written}.`)).map((one) => `steps["${one}"]`);
  if (known.length === 0) return `there is no step named ${id}, did you mean ${written}?`;
  const what =
    step.uses === 'pipeline' ? 'is a pipeline of several steps' : 'has a matrix and becomes several steps';
  return `step ${written} ${what}: read ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`;
}

/** Results by id of what a step becomes in a plan; undefined when that is not known. */
function resultsOf(around: Surroundings, step: Step, prefix = ''): Results {
  const id = `${prefix}${step.id}`;
  if (around.doubts.steps.has(step.id)) return [[id, dyn]];
  if (step.uses !== 'pipeline') {
    const instances = matrixInstances(step).map((instance) => `${prefix}${instance.id}`);
    return (instances.length === 0 ? [id] : instances).map((one) => [one, resultOf(step, one)]);
  }
  const { siblings, unsound } = around.family ?? {};
  const child = siblings?.get(step.with.pipeline);
  if (!child || unsound?.has(child.name) || !Number.isFinite(plannedSize(child, siblings))) return undefined;
  const inside = { ...around, pipeline: child, doubts: noDoubts };
  return child.steps.flatMap((one) => resultsOf(inside, one, `${id}.`) ?? []);
}

/** What a step knows of itself when its undo is registered; a step of other steps has no undo of its own. */
function ownResults({ doubts }: Surroundings, step: Step): [string, Type][] {
  if (doubts.steps.has(step.id)) return [[step.id, dyn]];
  const instances = matrixInstances(step).map(({ id }) => id);
  return (instances.length === 0 ? [step.id] : instances).map((id) => [id, ownResult(step, id)]);
}

const known = (step: Step, name: string): [string, Type][] =>
  step.uses === 'shell' && step.before ? [['before', objectOf(`${name}.before`, [['output', string]])]] : [];

function ownResult(step: Step, id: string): Type {
  const name = nameOf(id);
  const fields = known(step, name);
  const full = resultOf(step, id);
  const missing = (field: string) =>
    field === 'before' || !full.fields.has(field)
      ? missingField(step, name, field, fields)
      : `${name}.${field} is not known: a compensation is registered before its step acts, ${knownThen(step)}`;
  return objectOf(name, fields, { missing });
}

function knownThen(step: Step): string {
  if (step.uses === 'shell') return 'and sees only `before.output` of it';
  return step.uses === 'custom' && step.compensate?.uses === 'custom'
    ? 'and its package is given what the step returned as `context.result`'
    : 'and sees nothing of it';
}

const nameOf = (id: string): string =>
  id.includes('.') || id.includes('-') ? `steps["${id}"]` : `steps.${id}`;

function missingField({ id }: Step, name: string, field: string, fields: [string, Type][]): string {
  if (field === 'before') return `step ${id} has no \`before\``;
  return `${name} has no field ${field}${hint(
    field,
    fields.map(([other]) => other),
  )}`;
}

function resultOf(step: Step, id: string): ObjectType {
  const name = nameOf(id);
  const fields: [string, Type][] = [
    ['output', string],
    ['artifact', string],
    ['status', string],
    ...known(step, name),
  ];
  if (step.uses === 'http') fields.push(['code', double]);
  if (step.uses === 'wait' && step.with.event !== undefined)
    fields.push(['event', eventType(kindOf(step.with.event))]);
  const missing = (field: string) => missingField(step, name, field, fields);
  return objectOf(name, fields, { missing });
}
