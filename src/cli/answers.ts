import { z } from 'zod';
import { runStatuses } from '../domain/run';

/** What the command reads of the gateway's answers; whatever else they hold is passed on with `--json`. */
const stepSchema = z.looseObject({
  id: z.string(),
  uses: z.string(),
  status: z.string(),
  detail: z.string().nullable(),
});

const compensationSchema = z.looseObject({
  step: z.string(),
  status: z.string(),
  detail: z.string().nullable(),
});

/** Answer of `GET /runs/:id` and of the operator actions. */
export const runSchema = z.looseObject({
  id: z.string(),
  pipeline: z.string(),
  repository: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  commit: z.string(),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  steps: z.array(stepSchema),
  compensations: z.array(compensationSchema),
});
export type RunAnswer = z.infer<typeof runSchema>;

/** Answer of `GET /runs`. */
export const runListSchema = z.looseObject({
  runs: z.array(
    z.looseObject({
      id: z.string(),
      pipeline: z.string().nullable(),
      repository: z.string().nullable(),
      commit: z.string().nullable(),
      status: z.string(),
    }),
  ),
  cursor: z.string().nullable(),
});

/** Answer of an action that only says which run it concerns, such as `cancel` and `retry`. */
export const acceptedRunSchema = z.looseObject({ id: z.string() });

/** Answer of `GET /events/:id`. */
export const eventSchema = z.looseObject({
  status: z.string(),
  decisions: z.array(
    z.looseObject({ pipeline: z.string().nullable(), reason: z.string(), runId: z.string().nullable() }),
  ),
});

const releaseSchema = z.looseObject({ id: z.string(), commit: z.string() });

/** Answer of `GET /lanes/:service/:environment`. */
export const laneSchema = z.looseObject({
  service: z.string(),
  environment: z.string(),
  generation: z.number(),
  live: releaseSchema.nullable(),
  earlier: z.array(releaseSchema),
  holder: z.looseObject({ workflowId: z.string() }).nullable(),
  waiting: z.array(z.looseObject({ workflowId: z.string() })),
  problem: z.string().nullable(),
  traffic: z.looseObject({ weight: z.number() }).nullish(),
});
export type LaneAnswer = z.infer<typeof laneSchema>;

/** Answer of `GET /lanes`. */
export const laneListSchema = z.looseObject({ lanes: z.array(laneSchema) });

/** An error, after RFC 9457. */
export const problemSchema = z.looseObject({
  title: z.string(),
  detail: z.string(),
  code: z.string(),
  whatToDo: z.string(),
});
