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

/** What is read of `GET /events/:id` while an event is being routed. */
export const routedEventSchema = z.looseObject({
  status: z.string(),
  decisions: z.array(
    z.looseObject({ pipeline: z.string().nullable(), reason: z.string(), runId: z.string().nullable() }),
  ),
});

/** Answer of `GET /events/:id`. */
export const eventSchema = z.looseObject({
  id: z.string(),
  deliveryId: z.string(),
  source: z.string(),
  subject: z.string(),
  kind: z.string(),
  time: z.string(),
  receivedAt: z.string(),
  data: z.record(z.string(), z.unknown()),
  status: z.string(),
  decisions: z.array(
    z.looseObject({
      pipeline: z.string().nullable(),
      matched: z.boolean(),
      reason: z.string(),
      runId: z.string().nullable(),
    }),
  ),
  links: z.looseObject({ replayOf: z.string().optional() }),
});
export type EventAnswer = z.infer<typeof eventSchema>;

/** Answer of `GET /events` and of `GET /dead-letters`. */
export const eventListSchema = z.looseObject({
  events: z.array(eventSchema).optional(),
  deadLetters: z.array(eventSchema).optional(),
  cursor: z.string().nullable(),
});

/** Answer of what routes an event. */
export const acceptedEventSchema = z.looseObject({ id: z.string() });
export const acceptedEventsSchema = z.union([acceptedEventSchema, z.array(acceptedEventSchema)]);

/** Answer of `GET /releases`. */
export const releaseListSchema = z.looseObject({
  releases: z.array(
    z.looseObject({
      service: z.string(),
      environment: z.string(),
      status: z.string(),
      release: z.string(),
      commit: z.string(),
      beganAt: z.string(),
      liveAt: z.string().nullable(),
      endedAt: z.string().nullable(),
      actor: z.string().nullable(),
      runId: z.string(),
    }),
  ),
  cursor: z.string().nullable(),
});

/** Answer of `GET /audit`. */
export const auditListSchema = z.looseObject({
  audit: z.array(
    z.looseObject({
      seq: z.number(),
      at: z.string(),
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      status: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  cursor: z.string().nullable(),
});

/** Answer of `GET /audit/check`. */
export const auditCheckSchema = z.looseObject({
  entries: z.number(),
  broken: z.string().nullable(),
  head: z.looseObject({ seq: z.number(), hash: z.string() }),
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

/** Answer of `POST /tokens/:id/revoke`. */
export const tokenSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  environments: z.array(z.string()).nullable(),
  status: z.string(),
  expiresAt: z.string().nullable(),
});
export type TokenAnswer = z.infer<typeof tokenSchema>;
/** Answer of `GET /tokens`. */
export const tokenListSchema = z.looseObject({ tokens: z.array(tokenSchema) });
/** Answer of `POST /tokens`. */
export const createdTokenSchema = tokenSchema.extend({ token: z.string() });
