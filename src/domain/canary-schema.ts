import { z } from 'zod';
import { durationSchema } from './duration-schema';
import { env, isFields, secrets, stepId } from './field-schemas';

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

export type CanarySettings = z.infer<typeof canarySchema>;
export type Check = z.infer<typeof checkSchema>;
