import { Cron } from 'croner';
import { z } from 'zod';

/** Five fields of a crontab: minute, hour, day of month, month, day of week; or a nickname such as @daily. */
export const cronSchema = z
  .string()
  .max(200)
  .superRefine((pattern, context) => {
    const why = cronFault(pattern);
    if (why !== undefined) context.addIssue({ code: 'custom', message: why });
  });

/** A zone of the IANA time zone database. */
export const zoneSchema = z
  .string()
  .max(63)
  .refine(isZone, 'must be a time zone such as Europe/Berlin or UTC');

function cronFault(pattern: string): string | undefined {
  if (!pattern.startsWith('@') && pattern.trim().split(/\s+/).length !== 5) {
    return 'must have five fields: minute, hour, day of month, month, day of week';
  }
  try {
    return new Cron(pattern, { paused: true }).nextRun() === null ? 'never comes' : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `must be a cron pattern such as "0 3 * * *": ${why}`;
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
