import { z } from 'zod';
import { freezeSchema } from './freeze-schema';
import { inputsSchema } from './inputs';
import {
  type ApprovalStep,
  builtInSteps,
  type CanaryStep,
  type CustomNames,
  customStep,
  type CustomStep,
  type EmitStep,
  type HttpStep,
  type NotifyStep,
  type PipelineStep,
  type ScanStep,
  type ShellStep,
  type WaitStep,
} from './step-schemas';
import { triggerSchema } from './trigger-schema';

export type { Trigger } from './trigger-schema';
export type * from './step-schemas';

/** A step as it is written in a file. */
export type Step =
  | ShellStep
  | ScanStep
  | CanaryStep
  | ApprovalStep
  | WaitStep
  | HttpStep
  | EmitStep
  | NotifyStep
  | PipelineStep
  | CustomStep;

/** Runs of one group take turns; `group` may hold `${...}` expressions, so that it can span refs or separate them. */
const concurrency = z.strictObject({
  group: z.string().min(1).max(512),
  /**
   * What a newer run does to older ones. `queue`: waits for its turn. `cancel`: ends those that have changed no
   * environment yet. `coalesce`: lets the active ones finish and takes the place of those that wait.
   */
  onNewer: z.enum(['queue', 'cancel', 'coalesce']).default('queue'),
  /** Runs of the group that may be active at one time. */
  limit: z.int().min(1).max(100).optional(),
});

const stepSchema = (custom: CustomNames) => {
  const [first, ...others] = custom;
  const steps =
    first === undefined ? builtInSteps : ([...builtInSteps, customStep([first, ...others])] as const);
  return z.discriminatedUnion('uses', steps) as unknown as z.ZodType<Step>;
};

/** Steps that one pipeline may write; child pipelines and matrices may add to them up to `maxPlannedSteps`. */
export const maxSteps = 1000;

/** One `.sagaline/*.yaml`, with the user-written steps of these names. Strict: an unknown field is an error with its line. */
export const pipelineSchemaWith = (custom: CustomNames) =>
  z.strictObject({
    apiVersion: z.literal('sagaline/v1'),
    name: z
      .string()
      .max(63)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
    on: z.array(triggerSchema).max(20),
    inputs: inputsSchema.optional(),
    concurrency: concurrency.optional(),
    freeze: z.array(freezeSchema).max(20).optional(),
    steps: z.array(stepSchema(custom)).min(1).max(maxSteps),
  });

export const pipelineSchema = pipelineSchemaWith([]);

export type Pipeline = z.infer<typeof pipelineSchema>;
