import { z } from 'zod';
import type { StoredRelease } from '../ledger/releases';

const time = z.string().describe('ISO 8601');
const path = z.string().describe('path on this gateway');
const digest = z.string().describe('`sha256:` and 64 hex digits');

const storedReleaseSchema = z.object({
  id: z.string().describe('of this release to this lane'),
  service: z.string(),
  environment: z.string(),
  cause: z.enum(['run', 'rollback']),
  status: z
    .enum(['rolling', 'aborted', 'live', 'undone', 'rolled-back', 'superseded'])
    .describe('`aborted` was never live; `undone` was taken back by its own run'),
  release: z.string().describe('`r-` and twelve hex digits: equal content has an equal id'),
  commit: z.string(),
  artifact: digest,
  configuration: digest,
  runId: z.string().describe('the run that made it; a rollback to it has the same'),
  step: z.string().nullable().describe('null for a rollback'),
  eventId: z.string().nullable().describe('what started that run'),
  actor: z.string().nullable().describe('who rolled back, or decided before its checks did'),
  reason: z.string().nullable(),
  beganAt: time,
  liveAt: time.nullable().describe('when all requests went to it'),
  endedAt: time.nullable(),
  replacedBy: z.string().nullable().describe('release'),
  problem: z.string().nullable().describe('why it did not stay'),
}) satisfies z.ZodType<StoredRelease>;

/** Answer of `GET /releases`. */
export const releaseListSchema = z.object({
  releases: z.array(
    storedReleaseSchema.extend({ links: z.object({ lane: path, run: path, event: path.nullable() }) }),
  ),
  cursor: z.string().nullable().describe('for the next page; null on the last one'),
});
