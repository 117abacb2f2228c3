import { Cron } from 'croner';
import { z } from 'zod';
import { cronCalendars } from './cron-calendar';

/** Five fields of a crontab: minute, hour, day of month, month, day of week; or a nickname such as @daily. */
export const cronSchema = patternSchema(cronFault);

/** The same, without what a schedule of the server cannot say. */
export const scheduleCronSchema = patternSchema((pattern) => scheduleFault(pattern) ?? cronFault(pattern));

function patternSchema(fault: (pattern: string) => string | undefined) {
  return z
    .string()
    .max(200)
    .superRefine((pattern, context) => {
      const why = fault(pattern);
      if (why !== undefined) context.addIssue({ code: 'custom', message: why });
    });
}

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

/** What to write instead of signs that only some crontabs know; the first one in a pattern is told. */
const foreign: [sign: RegExp, why: string][] = [
  [/\?/, '? is not known in a schedule: write *'],
  [
    /#/,
    '# is not known in a schedule: write the day of the week alone, such as MON, and for the first one of a month `when: timestamp(event.time).getDate() <= 7`',
  ],
  [
    /\dL/i,
    'L behind a day of the week is not known in a schedule: write the day alone, and for the last one of a month `when: (timestamp(event.time) + duration("168h")).getDate() <= 7`',
  ],
  [
    /\bLW?\b/i,
    'L is not known in a schedule: write 28-31, and for the last day of a month `when: (timestamp(event.time) + duration("24h")).getDate() == 1`',
  ],
  [/\dW/i, 'W is not known in a schedule: write the day alone, such as 15'],
  [/[\s,]7\/\d+[\d,*/-]*$/, '7 with a step names no further day of the week: write the days, such as 1,3,5'],
];

function scheduleFault(pattern: string): string | undefined {
  // Without the names of days and months, of which some hold an L or a W.
  const signs = pattern.trim().replaceAll(/[a-z]{3}(?=L?(?![a-z]))/gi, '1');
  const [, why] = foreign.find(([sign]) => sign.test(signs)) ?? [];
  if (why !== undefined) return why;
  const isPlain = cronFault(pattern) !== undefined || cronCalendars(pattern) !== undefined;
  return isPlain
    ? undefined
    : 'cannot be scheduled: write numbers, names, *, ranges such as 1-5 and steps such as */2';
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
