import { z } from 'zod';
import { cronSchema, zoneSchema } from './cron';
import { durationSchema } from './duration-schema';
import { isFields } from './field-schemas';

const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/, {
    error: 'must be a date such as 2026-12-24, or one with a time such as 2026-12-24T17:00',
    abort: true,
  })
  .refine(isInCalendar, 'is not in the calendar');

function isInCalendar(text: string): boolean {
  const [date = '', time = '00:00'] = text.split('T');
  const at = new Date(`${date}T${time}Z`);
  // A day beyond its month is read as one of the next.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${date}T${time}`);
}

/** A time in which nothing is released: every `cron` for a duration, or from one date up to another, in a time zone. */
export const freezeSchema = z
  .strictObject({
    cron: cronSchema.optional(),
    for: durationSchema.optional(),
    from: moment.optional(),
    /** First moment after the freeze. */
    to: moment.optional(),
    zone: zoneSchema.default('UTC'),
    reason: z.string().min(1).max(500),
    /** Teams whose members may release nevertheless; nobody when it is empty. */
    override: z.array(z.string().min(1).max(63)).max(20).default([]),
  })
  .refine(
    ({ cron, for: duration, from, to }) =>
      cron === undefined
        ? duration === undefined && from !== undefined && to !== undefined
        : duration !== undefined && from === undefined && to === undefined,
    { message: 'needs cron and for, or from and to', when: isFields },
  )
  .refine(
    ({ from, to }) => from === undefined || to === undefined || from < to,
    'to must be later than from',
  );

export type Freeze = z.infer<typeof freezeSchema>;
