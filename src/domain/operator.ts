import { z } from 'zod';

const reason = z.string().min(1).max(1000);
const actor = z.string().min(1).max(200);

/** What a person decides about a compensation that keeps failing. */
export const resolutionSchema = z.strictObject({
  step: z.string(),
  action: z.enum(['retry', 'skip', 'done']),
  reason,
  actor,
});
export type Resolution = z.infer<typeof resolutionSchema>;

/** What a person decides about a canary: take it, or take it back, whatever its checks say. */
export const canaryDecisionSchema = z.strictObject({
  /** The canary step; may be left out where only one canary runs. */
  step: z.string().optional(),
  command: z.enum(['promote', 'abort']),
  reason,
  actor,
});
export type CanaryDecisionRequest = z.infer<typeof canaryDecisionSchema>;

/** Back to an earlier release of a lane, by its id. */
export const rollbackSchema = z.strictObject({ release: z.string(), reason, actor });
export type RollbackRequest = z.infer<typeof rollbackSchema>;

/** What a person says about an approval that waits, a freeze that holds the run (`step: freeze`), or a fork's commit (`step: fork`). */
export const approvalSchema = z.strictObject({
  /** The approval step; may be left out where only one thing waits. */
  step: z.string().optional(),
  reason: z.string().max(1000).default(''),
  actor,
  /** Teams the actor is a member of; `*` for an admin. */
  teams: z.array(z.string()),
  /** Other names of the actor, so that an author is recognised. */
  aliases: z.array(z.string()).default([]),
});
export type ApprovalRequest = z.infer<typeof approvalSchema>;
