import { z } from 'zod';
import { scheduleCronSchema, zoneSchema } from './cron';
import { type EventKind, eventKinds } from './event';
import { globFault, isNot, maxGlob } from './glob';

const condition = z.string().min(1).max(4096).optional();

/** Globs in order: the last one that matches decides, and one that begins with `!` says no. */
const globs = z
  .array(
    z
      .string()
      .min(1)
      .max(maxGlob)
      .superRefine((pattern, context) => {
        const fault = globFault(pattern);
        if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      }),
  )
  .min(1)
  .max(50)
  .refine(
    (list) => list.length === 0 || !list.every(isNot),
    "needs a pattern without !, such as '**' before the others",
  )
  .optional();

/** Kinds that have no filters beside `when`. */
const plainKinds = eventKinds.filter(
  (kind) => !['push', 'pull_request', 'tag', 'infrastructure', 'schedule'].includes(kind),
) as [PlainKind, ...PlainKind[]];
type PlainKind = Exclude<EventKind, 'push' | 'pull_request' | 'tag' | 'infrastructure' | 'schedule'>;

/** One entry of `on`: an event starts the pipeline when all that the entry says holds. */
export const triggerSchema = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.enum(['push', 'pull_request']),
    branches: globs,
    paths: globs,
    when: condition,
  }),
  z.strictObject({ event: z.literal('tag'), tags: globs, when: condition }),
  z.strictObject({ event: z.literal('infrastructure'), paths: globs, when: condition }),
  z.strictObject({ event: z.enum(plainKinds), when: condition }),
  z.strictObject({
    event: z.literal('schedule'),
    /** Without it, the pipeline reacts to schedule events that somebody else sends. */
    cron: scheduleCronSchema.optional(),
    zone: zoneSchema.default('UTC'),
    when: condition,
  }),
]);

export type Trigger = z.infer<typeof triggerSchema>;
