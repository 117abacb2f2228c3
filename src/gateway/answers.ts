import { z } from 'zod';
import { type EventKind, eventKinds } from '../domain/event';
import type { Holder, LaneView } from '../domain/lane';
import type { Backend, Release } from '../domain/release';
import {
  type CompensationView,
  runStatuses,
  type RunView,
  type StepRelease,
  type StepView,
} from '../domain/run';
import type { AuditCheck } from '../ledger/audit';
import type { ChainedEntry } from '../ledger/audit-chain';
import type { TrafficView } from './traffic';
import type { RunItem } from './visibility';

/** What the control API answers: described here, and held against the types of what is sent by the compiler. */
const time = z.string().describe('ISO 8601');
const path = z.string().describe('path on this gateway');
const cursor = z.string().nullable().describe('for the next page; null on the last one');

const decisionSchema = z.object({
  pipeline: z.string().nullable().describe('null where no pipeline was reached'),
  matched: z.boolean(),
  reason: z.string(),
  runId: z.string().nullable(),
});

/** Answer of `GET /events/:id`. */
export const eventAnswerSchema = z.object({
  id: z.string(),
  deliveryId: z.string(),
  source: z.string(),
  subject: z.string(),
  kind: z.enum(eventKinds) satisfies z.ZodType<EventKind>,
  time: time.describe('when the source says that it happened'),
  receivedAt: time.describe('when the gateway accepted it'),
  data: z.record(z.string(), z.unknown()).describe('see docs/events.md'),
  status: z.string().describe('`routed` once every pipeline has its decision'),
  decisions: z.array(decisionSchema),
  links: z.object({ self: path, runs: z.array(path), replayOf: path.optional() }),
});
/** Answer of `GET /events`. */
export const eventListSchema = z.object({ events: z.array(eventAnswerSchema), cursor });
/** Answer of `GET /dead-letters`. */
export const deadLetterListSchema = z.object({ deadLetters: z.array(eventAnswerSchema), cursor });

const digest = z.string().describe('`sha256:` and 64 hex digits');
const releaseId = z.string().describe('`r-` and twelve hex digits: equal content has an equal id');

const stepReleaseSchema = z.object({
  service: z.string(),
  environment: z.string(),
  id: releaseId,
  artifact: digest,
  configuration: digest,
  decided: z
    .object({ actor: z.string(), reason: z.string() })
    .nullable()
    .describe('who took it, or took it back, before its checks decided'),
}) satisfies z.ZodType<StepRelease>;

const stepSchema = z.object({
  id: z.string(),
  uses: z.string(),
  status: z.enum(['pending', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'skipped']),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  detail: z.string().nullable().describe('why it failed, or what it is doing'),
  release: stepReleaseSchema.exactOptional().describe('only of a step that has begun to release something'),
}) satisfies z.ZodType<StepView>;

const compensationSchema = z.object({
  step: z.string(),
  status: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped']),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  detail: z.string().nullable(),
}) satisfies z.ZodType<CompensationView>;

const runFields = z.object({
  id: z.string(),
  pipeline: z.string(),
  repository: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  commit: z.string(),
  eventId: z.string(),
  status: z.enum(runStatuses),
  reason: z.string().nullable(),
  steps: z.array(stepSchema),
  compensations: z.array(compensationSchema).describe('last first'),
}) satisfies z.ZodType<RunView>;

/** Answer of `GET /runs/:id` and of most actions on a run. */
export const runAnswerSchema = runFields.extend({
  links: z.object({ self: path, event: path, logs: z.record(z.string(), path).describe('by step') }),
});

const runItemFields = z.object({
  id: z.string(),
  pipeline: z.string().nullable(),
  repository: z.string().nullable(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  commit: z.string().nullable(),
  eventId: z.string().nullable(),
  status: z.enum(runStatuses),
  startedAt: time.nullable(),
  closedAt: time.nullable(),
}) satisfies z.ZodType<RunItem>;

/** Answer of `GET /runs`. */
export const runListSchema = z.object({
  runs: z.array(runItemFields.extend({ links: z.object({ self: path, event: path.nullable() }) })),
  cursor,
});

const releaseSchema = z.object({
  id: releaseId,
  artifact: digest,
  configuration: digest,
  start: z.string(),
  ready: z.string(),
  readyTimeoutMs: z.number(),
  replicas: z.number(),
  env: z.record(z.string(), z.string()),
  secrets: z.array(z.string()).describe('names only'),
  commit: z.string(),
  runId: z.string(),
}) satisfies z.ZodType<Release>;

const backendSchema = z.object({
  instance: z.string().describe('one start of one release'),
  release: releaseSchema,
  ports: z.array(z.number()),
}) satisfies z.ZodType<Backend>;

const holderSchema = z.object({
  workflowId: z.string().describe('id of the run'),
  runId: z.string().describe("Temporal's id of its execution"),
  subject: z.string(),
  order: z.object({ time: z.number(), counter: z.number() }),
  commit: z.string(),
  rule: z.object({ onNewer: z.enum(['queue', 'cancel', 'coalesce']), limit: z.number() }).exactOptional(),
  pool: z.string().nullable().exactOptional(),
}) satisfies z.ZodType<Holder>;

const laneFields = z.object({
  service: z.string(),
  environment: z.string(),
  generation: z.number().describe('grows with every change; a target refuses what carries an older one'),
  live: releaseSchema.nullable(),
  earlier: z.array(releaseSchema).describe('newest first'),
  holder: holderSchema.nullable().describe('the run whose turn it is'),
  waiting: z.array(holderSchema).describe('in the order of their turns'),
  problem: z.string().nullable(),
}) satisfies z.ZodType<LaneView>;

const trafficSchema = z.object({
  weight: z.number().describe('percent of requests for the candidate'),
  url: z.string().describe('where clients reach the service'),
  lapsed: z.boolean().describe('no worker renews the candidate: stable gets everything'),
  stable: backendSchema.nullable(),
  candidate: backendSchema.nullable(),
}) satisfies z.ZodType<TrafficView>;

/** Answer of `GET /lanes/:service/:environment` and of a rollback. */
export const laneAnswerSchema = laneFields.extend({
  traffic: trafficSchema.nullable(),
  links: z.object({ self: path, rollback: path, run: path.nullable() }),
});
/** Answer of `GET /lanes`. */
export const laneListSchema = z.object({ lanes: z.array(laneAnswerSchema) });
/** Answer of a rollback that goes on. */
export const laneLaterSchema = z.object({
  service: z.string(),
  environment: z.string(),
  links: z.object({ self: path }),
});

const hash = z.string().describe('SHA-256 in hex');
const auditEntrySchema = z.object({
  seq: z.number(),
  id: z.string(),
  project: z.string(),
  at: time,
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
  status: z.number().nullable().describe('of the answer; null for the entry before the action'),
  previous: hash.describe('hash of the entry before'),
  hash,
}) satisfies z.ZodType<ChainedEntry>;
/** Answer of `GET /audit`. */
export const auditListSchema = z.object({ audit: z.array(auditEntrySchema), cursor });
/** Answer of `GET /audit/check`. */
export const auditCheckSchema = z.object({
  entries: z.number(),
  broken: z.string().nullable().describe('what is wrong; null when nothing is'),
  head: z.object({ seq: z.number(), hash }),
}) satisfies z.ZodType<AuditCheck>;

/** Answer of probes. */
export const healthSchema = z.object({ status: z.literal('ok') });
