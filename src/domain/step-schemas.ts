import { z } from 'zod';
import { durationSchema } from './duration';
import { errorTable, type ErrorCode } from './errors';

/** What fields ask of each other is told beside what is wrong with one of them. */
export const isFields = ({ value }: { value: unknown }): boolean =>
  typeof value === 'object' && value !== null;

/** `.` is kept for the steps of child pipelines and matrices, so that no written id can collide with one. */
export const stepId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'must start with a letter and hold only a-z, 0-9 and -');
export const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name such as DB_URL');
const relativeGlob = z
  .string()
  .max(500)
  .refine(
    (glob) => !glob.startsWith('/') && !glob.split('/').includes('..'),
    'must stay inside the checkout',
  );

/** Name of a pool of workers, of a pipeline or of another part of sagaline.yaml. */
export const plainName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');

/** A script for `sh -e`; values never enter its text, so that an event cannot write code. */
const script = z
  .string()
  .min(1)
  .max(16_384)
  .refine(
    (text) => !text.includes('${{') && !/\$\{\s*(event|steps|inputs|matrix|run|secret)\b/.test(text),
    '`${...}` expressions are refused inside run: pass the value through env and use "$NAME"',
  );

const env = z.record(variable, z.union([z.string().max(4096), z.number(), z.boolean()]).transform(String));
const secrets = z.array(variable).max(50).default([]);
const condition = z.string().min(1).max(4096);
const template = z.string().max(16_384);

/** A failure that `retry` does not repeat: an exit code, or a code of the error table. */
const finalFailure = z.union([
  z.int().min(1).max(255),
  z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
]);

const retry = z.strictObject({
  attempts: z.int().min(1).max(10),
  backoff: durationSchema.default('1s'),
  maxBackoff: durationSchema.optional(),
  final: z.array(finalFailure).max(20).optional(),
});

const scalar = z.union([z.string().max(200), z.number(), z.boolean()]);
/** Every combination of the values is one step; at most 64 of them, so that a slip does not start thousands. */
const matrix = z
  .record(variable, z.array(scalar).min(1).max(64))
  .refine(
    (axes) => Object.values(axes).reduce((product, values) => product * values.length, 1) <= 64,
    'makes more than 64 combinations',
  );

const everyStep = {
  id: stepId,
  needs: z.array(stepId).max(100).default([]),
  /** CEL over event, inputs, matrix, run and steps; a step that it skips counts as done for those that need it. */
  when: condition.optional(),
};

const actingStep = {
  ...everyStep,
  matrix: matrix.optional(),
  timeout: durationSchema.default('30m'),
  retry: retry.optional(),
  /** The run goes on when this step fails; the step itself still shows as failed. */
  continueOnError: z.boolean().optional(),
  /** Pool whose workers execute it. */
  runsOn: plainName.optional(),
};

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

export const checkSchema = z
  .strictObject({
    name: z.string().max(63),
    query: z.string().max(63),
    /** Limit of the candidate's own value: a fraction for rates, ms for latencies. */
    max: z.number().optional(),
    /** Limit of the candidate's excess over stable, as a fraction of stable's value. */
    maxIncrease: z.number().nonnegative().optional(),
  })
  .refine((check) => check.max !== undefined || check.maxIncrease !== undefined, {
    message: 'needs max or maxIncrease',
    when: isFields,
  });

export const canarySchema = z.strictObject({
  service: z.string(),
  environment: z.string(),
  /** The step whose artifacts are released; without one, the live artifact is released with this configuration. */
  artifact: stepId.optional(),
  start: z.string().min(1).max(2048),
  ready: z.string().startsWith('/').default('/'),
  readyTimeout: durationSchema.default('30s'),
  replicas: z.int().min(1).max(20).default(1),
  env: env.default({}),
  secrets,
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

const { matrix: _canariesShareALane, ...canaryCommon } = actingStep;
const canaryStep = z.strictObject({ ...canaryCommon, uses: z.literal('canary'), with: canarySchema });

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
export type CanarySettings = z.infer<typeof canarySchema>;
export type Check = z.infer<typeof checkSchema>;
