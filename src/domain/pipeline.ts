import { z } from 'zod';
import { durationSchema } from './duration';
import { eventKinds } from './event';

const stepId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'must start with a letter and hold only a-z, 0-9 and -');
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name such as DB_URL');
const relativeGlob = z
  .string()
  .max(500)
  .refine(
    (glob) => !glob.startsWith('/') && !glob.split('/').includes('..'),
    'must stay inside the checkout',
  );

/** A script for `sh -e`; values never enter its text, so that an event cannot write code. */
const script = z
  .string()
  .min(1)
  .max(16_384)
  .refine((text) => !text.includes('${{') && !/\$\{(event|steps|inputs)\b/.test(text), {
    message: '`${...}` expressions are refused inside run: pass the value through env and use "$NAME"',
  });

const env = z.record(variable, z.union([z.string().max(4096), z.number(), z.boolean()]).transform(String));
const retry = z.strictObject({ attempts: z.int().min(1).max(10), backoff: durationSchema.default('1s') });

const common = {
  id: stepId,
  needs: z.array(stepId).max(50).default([]),
  timeout: durationSchema.default('30m'),
  retry: retry.optional(),
};

const shellWith = z.strictObject({ run: script });

/** What undoes a step: it gets the workspace, artifacts and secrets of its step. */
const compensate = z.strictObject({
  uses: z.literal('shell'),
  with: shellWith,
  env: env.default({}),
  timeout: durationSchema.default('10m'),
});

const shellStep = z.strictObject({
  ...common,
  uses: z.literal('shell'),
  with: shellWith,
  env: env.default({}),
  environment: z.string().optional(),
  secrets: z.array(variable).default([]),
  artifacts: z.array(relativeGlob).max(50).default([]),
  cache: z.strictObject({ key: z.string().max(512), paths: z.array(relativeGlob).min(1).max(20) }).optional(),
  before: shellWith.optional(),
  compensate: compensate.optional(),
});

const scanStep = z.strictObject({ ...common, uses: z.literal('scan') });

export const checkSchema = z
  .strictObject({
    name: z.string().max(63),
    query: z.string().max(63),
    /** Limit of the candidate's own value: a fraction for rates, ms for latencies. */
    max: z.number().optional(),
    /** Limit of the candidate's excess over stable, as a fraction of stable's value. */
    maxIncrease: z.number().nonnegative().optional(),
  })
  .refine((check) => check.max !== undefined || check.maxIncrease !== undefined, 'needs max or maxIncrease');

export const canarySchema = z.strictObject({
  service: z.string(),
  environment: z.string(),
  /** The step whose artifacts are released. */
  artifact: stepId,
  start: z.string().min(1).max(2048),
  ready: z.string().startsWith('/').default('/'),
  readyTimeout: durationSchema.default('30s'),
  replicas: z.int().min(1).max(20).default(1),
  env: env.default({}),
  secrets: z.array(variable).default([]),
  /** Percent of requests for the candidate, in rising order; the step after the last weight is promotion. */
  weights: z
    .array(z.number().gt(0).lt(100))
    .max(20)
    .default([10, 50])
    .refine(
      (weights) => weights.every((weight, at) => at === 0 || weight > (weights[at - 1] ?? 0)),
      'must rise',
    ),
  interval: durationSchema.default('30s'),
  minSamples: z.int().min(1).default(50),
  onInconclusive: z.enum(['wait', 'rollback', 'promote']).default('wait'),
  patience: durationSchema.default('10m'),
  checks: z.array(checkSchema).max(20).default([]),
});

const canaryStep = z.strictObject({ ...common, uses: z.literal('canary'), with: canarySchema });

export const stepSchema = z.discriminatedUnion('uses', [shellStep, scanStep, canaryStep]);

const trigger = z.strictObject({ event: z.enum(eventKinds), when: z.string().max(4096).optional() });

/** Runs of one group take turns, in the order in which they asked; `group` may hold `${...}` expressions. */
const concurrency = z.strictObject({
  group: z.string().min(1).max(512),
  onNewer: z.literal('queue').default('queue'),
});

/** One `.sagaline/*.yaml`. Strict everywhere: an unknown field is an error with its line. */
export const pipelineSchema = z.strictObject({
  apiVersion: z.literal('sagaline/v1'),
  name: z
    .string()
    .max(63)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
  on: z.array(trigger).min(1).max(20),
  concurrency: concurrency.optional(),
  steps: z.array(stepSchema).min(1).max(100),
});

export type Pipeline = z.infer<typeof pipelineSchema>;
export type Step = z.infer<typeof stepSchema>;
export type ShellStep = z.infer<typeof shellStep>;
export type CanaryStep = z.infer<typeof canaryStep>;
export type CanarySettings = z.infer<typeof canarySchema>;
export type Check = z.infer<typeof checkSchema>;
