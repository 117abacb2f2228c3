import { z } from 'zod';
import { durationSchema } from './duration-schema';
import { canarySchema } from './canary-schema';
import {
  condition,
  env,
  isFields,
  matrix,
  plainName,
  relativeGlob,
  retry,
  script,
  secrets,
  stepId,
  template,
  variable,
} from './field-schemas';

const everyStep = {
  id: stepId,
  needs: z.array(stepId).max(100).default([]),
  /** CEL over event, inputs, matrix, run and steps; a step that it skips counts as done for those that need it. */
  when: condition.optional(),
};

const actingOnce = {
  ...everyStep,
  timeout: durationSchema.default('30m'),
  retry: retry.optional(),
  /** The run goes on when this step fails; the step itself still shows as failed. */
  continueOnError: z.boolean().optional(),
  /** Pool whose workers execute it. */
  runsOn: plainName.optional(),
};

const actingStep = { ...actingOnce, matrix: matrix.optional() };

const shellWith = z.strictObject({ run: script });

/** An HTTP call; `${secret("NAME")}` is replaced on the worker and never enters a history. */
const httpWith = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET'),
  url: template.min(1),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header'), template)
    .default({}),
  body: template.optional(),
  /** Status codes that count as success; every 2xx when nothing is said. */
  expect: z.array(z.int().min(100).max(599)).min(1).max(20).optional(),
});

/** What a user-written step is given; texts in it may hold `${...}`. */
const customWith = z.record(z.string(), z.json()).default({});

const undoing = { timeout: durationSchema.default('10m') };
const shellUndo = z.strictObject({
  ...undoing,
  uses: z.literal('shell'),
  with: shellWith,
  env: env.default({}),
});
const httpUndo = z.strictObject({ ...undoing, uses: z.literal('http'), with: httpWith });

const shellStep = z.strictObject({
  ...actingStep,
  uses: z.literal('shell'),
  with: shellWith,
  env: env.default({}),
  environment: plainName.optional(),
  secrets,
  artifacts: z.array(relativeGlob).max(50).default([]),
  cache: z.strictObject({ key: z.string().max(512), paths: z.array(relativeGlob).min(1).max(20) }).optional(),
  before: shellWith.optional(),
  compensate: z.discriminatedUnion('uses', [shellUndo, httpUndo]).optional(),
});

const scanStep = z.strictObject({ ...actingStep, uses: z.literal('scan') });

const httpStep = z.strictObject({
  ...actingStep,
  timeout: durationSchema.default('30s'),
  uses: z.literal('http'),
  with: httpWith,
  environment: plainName.optional(),
  secrets,
  compensate: httpUndo.optional(),
});

/** Data of an outgoing event: texts may hold `${...}`. */
const emitStep = z.strictObject({
  ...actingStep,
  timeout: durationSchema.default('30s'),
  uses: z.literal('emit'),
  with: z.strictObject({
    /** CDEvents type without its `dev.cdevents.` and version, such as `service.deployed`, or a type of your own. */
    type: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[a-z0-9]+(\.[a-z0-9-]+)+$/, 'must be a type such as service.deployed'),
    subject: template.min(1),
    data: z.record(z.string(), z.json()).default({}),
  }),
});

const notifyStep = z.strictObject({
  ...actingStep,
  timeout: durationSchema.default('30s'),
  uses: z.literal('notify'),
  with: z.strictObject({ to: plainName, message: template.min(1) }),
});

const whatThen = z.enum(['fail', 'continue']).default('fail');

const approvalStep = z.strictObject({
  ...everyStep,
  uses: z.literal('approval'),
  timeout: durationSchema.default('7d'),
  with: z.strictObject({
    /** Teams of sagaline.yaml whose members may approve. */
    teams: z.array(z.string().min(1).max(63)).min(1).max(20),
    count: z.int().min(1).max(10).default(1),
    onTimeout: whatThen,
    authorMayApprove: z.boolean().default(false),
    message: template.optional(),
  }),
});

const waitStep = z.strictObject({
  ...everyStep,
  uses: z.literal('wait'),
  timeout: durationSchema.default('1d'),
  with: z
    .strictObject({
      for: durationSchema.optional(),
      /** ISO 8601 with a zone; may hold `${...}`. */
      until: template.optional(),
      event: z.string().max(63).optional(),
      when: condition.optional(),
      onTimeout: whatThen,
    })
    .refine(
      ({ for: duration, until, event }) =>
        [duration, until, event].filter((one) => one !== undefined).length === 1,
      { message: 'needs exactly one of for, until and event', when: isFields },
    )
    .refine(({ event, when }) => when === undefined || event !== undefined, {
      message: 'when needs an event',
      when: isFields,
    }),
});

export const inputValue = z.union([z.string().max(4096), z.number(), z.boolean()]);

/** Another pipeline of the same repository, executed as a part of this run and undone with it. */
const pipelineStep = z.strictObject({
  ...everyStep,
  uses: z.literal('pipeline'),
  with: z.strictObject({ pipeline: plainName, inputs: z.record(variable, inputValue).default({}) }),
});

const canaryStep = z.strictObject({ ...actingOnce, uses: z.literal('canary'), with: canarySchema });

/** The steps that the platform itself brings. */
export const builtInSteps = [
  shellStep,
  scanStep,
  canaryStep,
  approvalStep,
  waitStep,
  httpStep,
  emitStep,
  notifyStep,
  pipelineStep,
] as const;

/** What `uses` calls them. */
export const builtInKinds: readonly string[] = builtInSteps.map(({ shape }) => shape.uses.value);

/** Names that sagaline.yaml registers; empty when it registers none. */
export type CustomNames = readonly string[];

/** A step of a package that sagaline.yaml registers: read as `uses: custom` with its name in `action`. */
export const customStep = (names: [string, ...string[]]) =>
  z
    .strictObject({
      ...actingStep,
      uses: z.enum(names),
      with: customWith,
      environment: plainName.optional(),
      secrets,
      compensate: z.discriminatedUnion('uses', [shellUndo, httpUndo, customUndo(names)]).optional(),
    })
    .transform(({ uses, ...step }) => ({ ...step, uses: 'custom' as const, action: uses }));

const customUndo = (names: [string, ...string[]]) =>
  z
    .strictObject({ ...undoing, uses: z.enum(names), with: customWith })
    .transform(({ uses, ...undo }) => ({ ...undo, uses: 'custom' as const, action: uses }));

export type ShellStep = z.infer<typeof shellStep>;
export type ScanStep = z.infer<typeof scanStep>;
export type CanaryStep = z.infer<typeof canaryStep>;
export type ApprovalStep = z.infer<typeof approvalStep>;
export type WaitStep = z.infer<typeof waitStep>;
export type HttpStep = z.infer<typeof httpStep>;
export type EmitStep = z.infer<typeof emitStep>;
export type NotifyStep = z.infer<typeof notifyStep>;
export type PipelineStep = z.infer<typeof pipelineStep>;
export type CustomStep = z.infer<ReturnType<typeof customStep>>;
/** What undoes a step: it gets the workspace, artifacts and secrets of its step. */
export type Undo = NonNullable<CustomStep['compensate']>;
export type Retry = z.infer<typeof retry>;
export type { CanarySettings, Check } from './canary-schema';
