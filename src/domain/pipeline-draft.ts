import type { z } from 'zod';
import { closest } from './closest';
import { kindOf } from './expression-event';
import { type Pipeline, type pipelineSchema, type Step, type Trigger } from './pipeline';

/** What is not known of a pipeline, because its file has faults: nothing is said about what it has or lacks there. */
export interface Doubts {
  /** Ids of steps with faults in their own fields. */
  steps: ReadonlySet<string>;
  /** Whether the triggers or the inputs have faults. */
  head: boolean;
}

export const noDoubts: Doubts = { steps: new Set(), head: false };

type Fields = Record<string, unknown>;
type PipelineSchema = typeof pipelineSchema;

/**
 * What can be read of a document that the schema refuses, so that the rest can be checked at once: every step keeps its place,
 * id and needs, and loses the fields that have faults. Undefined for a document that is no pipeline at all.
 */
export function draftOf(
  schema: PipelineSchema,
  value: unknown,
): { pipeline: Pipeline; doubts: Doubts } | undefined {
  if (!isFields(value) || !Array.isArray(value['steps'])) return undefined;
  const { shape } = schema;
  const raws: unknown[] = Array.isArray(value['on']) ? value['on'] : [];
  const triggers = raws.map((raw) => shape.on.element.safeParse(raw));
  const inputs = shape.inputs.safeParse(value['inputs']);
  const group = isFields(value['concurrency']) ? value['concurrency']['group'] : undefined;
  const steps = value['steps'].map((raw: unknown, at) => readStep(shape.steps.element, raw, at));
  const name = shape.name.safeParse(value['name']);
  return {
    pipeline: {
      apiVersion: 'sagaline/v1',
      name: name.data ?? '',
      on: raws.map((raw, at) => triggers[at]?.data ?? triggerOf(raw)),
      ...(inputs.data && { inputs: inputs.data }),
      ...(typeof group === 'string' && { concurrency: { group, onNewer: 'queue' } }),
      steps: steps.map(({ step }) => step),
    },
    doubts: {
      steps: new Set(steps.filter(({ isSound }) => !isSound).map(({ step }) => step.id)),
      head: !inputs.success || !Array.isArray(value['on']) || triggers.some(({ success }) => !success),
    },
  };
}

/** A trigger with faults: an event of one's own may hold anything, as one that is not known. */
function triggerOf(raw: unknown): Trigger {
  const { event, when } = isFields(raw) ? raw : {};
  const [kind = 'custom'] = kindOf(String(event));
  const condition = typeof when === 'string' && { when };
  return kind === 'schedule' ? { event: kind, zone: 'UTC', ...condition } : { event: kind, ...condition };
}

/** Fields that a step of a kind cannot be read without, with values that nothing is concluded from. */
const required: Partial<Record<string, Fields>> = {
  shell: { run: 'true' },
  canary: { service: 'unknown', environment: 'unknown', start: 'true' },
  approval: { teams: ['unknown'] },
  http: { url: 'unknown' },
  emit: { type: 'not.known', subject: 'unknown' },
  notify: { to: 'unknown', message: 'unknown' },
  pipeline: { pipeline: 'unknown' },
};

function readStep(schema: z.ZodType<Step>, raw: unknown, at: number): { step: Step; isSound: boolean } {
  const whole = schema.safeParse(raw);
  if (whole.success) return { step: whole.data, isSound: true };
  const written = isFields(raw) ? raw : {};
  const needs = Array.isArray(written['needs'])
    ? written['needs'].filter((need) => typeof need === 'string')
    : [];
  const id = typeof written['id'] === 'string' ? written['id'] : `step ${String(at + 1)}`;
  const rest = withoutFaults(schema, { ...structuredClone(written), id: 'x', needs: [] });
  const step = rest ?? ({ uses: 'scan', timeout: '30m' } as const);
  return { step: { ...step, id, needs }, isSound: false };
}

/** Takes faulty fields away until the step can be read; undefined when that does not help. */
function withoutFaults(schema: z.ZodType<Step>, raw: Fields): Step | undefined {
  for (let round = 0; round < maxRounds; round++) {
    const basic = required[String(raw['uses'])];
    if (basic) raw['with'] = { ...basic, ...(isFields(raw['with']) ? raw['with'] : {}) };
    const read = schema.safeParse(raw);
    if (read.success) return read.data;
    for (const issue of read.error.issues) repair(raw, issue);
  }
  return undefined;
}

/** A field that is missing takes what is around it along, so this many are enough for the deepest. */
const maxRounds = 5;

function repair(raw: Fields, issue: z.core.$ZodIssue): void {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(raw, [...path, key]);
  else if (
    issue.code === 'invalid_union' &&
    'options' in issue &&
    Array.isArray(issue.options) &&
    path.length === 1
  )
    raw['uses'] = closest(String(raw['uses']), issue.options.map(String));
  else remove(raw, path);
}

/** Deletes what the path leads to, or what is missing it; of a list, the whole list. */
function remove(from: Fields, [first = '', ...rest]: string[]): void {
  const inner = from[first];
  const [next] = rest;
  if (next !== undefined && isFields(inner) && inner[next] !== undefined) remove(inner, rest);
  else Reflect.deleteProperty(from, first);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
