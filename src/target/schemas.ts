import { z } from 'zod';
import type { Backend, Fence, LaneRef, Release, Traffic } from '../domain/release';

/** Shapes that cross between worker, agent and router, and that rest in their files. */
export const laneSchema: z.ZodType<LaneRef> = z.object({
  project: z.string().min(1),
  service: z.string().min(1),
  environment: z.string().min(1),
});

export const fenceSchema: z.ZodType<Fence> = z.object({
  generation: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
});

export const releaseSchema: z.ZodType<Release> = z.object({
  id: z.string().min(1).max(200),
  artifact: z.string(),
  configuration: z.string(),
  start: z.string().min(1),
  ready: z.string().startsWith('/'),
  readyTimeoutMs: z.number().positive(),
  replicas: z.int().min(1).max(20),
  env: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  commit: z.string(),
  runId: z.string(),
});

/** A single path segment: it names a folder. */
export const instanceSchema = z
  .string()
  .max(200)
  .regex(/^[\w-]+(\.[\w-]+)*$/);

export const backendSchema: z.ZodType<Backend> = z.object({
  instance: instanceSchema,
  release: releaseSchema,
  ports: z.array(z.int().min(1).max(65_535)).min(1),
});

const backends = { stable: backendSchema.nullable(), candidate: backendSchema.nullable() };
const weight = z.number().min(0).max(100);

/** `leaseMs` may be null only where the candidate gets nothing. */
export const desiredTrafficSchema = z
  .object({
    ...backends,
    weight,
    leaseMs: z.number().positive().nullable(),
    earlier: z.array(releaseSchema),
  })
  .refine((traffic) => traffic.weight === 0 || traffic.leaseMs !== null, 'a weight needs leaseMs');

export const trafficSchema: z.ZodType<Traffic> = z.object({
  ...backends,
  weight,
  earlier: z.array(releaseSchema),
  fence: fenceSchema,
  url: z.string(),
  lapsed: z.boolean(),
});

/** A lane's record in the router's memory and file; `leaseUntil` is in ms since the epoch. */
export const laneRecordSchema = z.object({
  lane: laneSchema,
  port: z.int(),
  fence: fenceSchema,
  ...backends,
  weight,
  leaseUntil: z.number().nullable(),
  earlier: z.array(releaseSchema),
});
export type LaneRecord = z.infer<typeof laneRecordSchema>;

/** What the router measured for one role since the last change of traffic; latencies in ms, null without requests. */
export const roleStatisticsSchema = z.object({
  requests: z.int(),
  errors: z.int(),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
});
export type RoleStatistics = z.infer<typeof roleStatisticsSchema>;

/** The window of a lane: its length in seconds, and both roles; stable is null where no release is. */
export const statisticsSchema = z.object({
  seconds: z.number(),
  candidate: roleStatisticsSchema,
  stable: roleStatisticsSchema.nullable(),
});
export type Statistics = z.infer<typeof statisticsSchema>;

/** A lane as the router sees it: its traffic, and the open requests by instance. */
export const laneStatusSchema = z.object({
  lane: laneSchema,
  traffic: trafficSchema,
  inFlight: z.record(z.string(), z.int()),
});
export type LaneStatus = z.infer<typeof laneStatusSchema>;
