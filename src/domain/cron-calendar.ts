/** Times that match in every one of their fields; days of the week count from Sunday, 0. */
export interface CronCalendar {
  minute: number[];
  hour: number[];
  dayOfMonth: number[];
  /** From 1. */
  month: number[];
  dayOfWeek: number[];
}

const shorthands = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * The times of a valid cron pattern, as the union of calendars; undefined for a pattern that says more than five plain fields
 * can, such as `L`, `#` or `?`.
 */
export function cronCalendars(pattern: string): CronCalendar[] | undefined {
  const text = pattern.trim().toLowerCase();
  const [minute, hour, dayOfMonth, month, dayOfWeek] = (shorthands.get(text) ?? text).split(/\s+/);
  const fields = {
    minute: valuesOf(minute, 0, 59),
    hour: valuesOf(hour, 0, 23),
    dayOfMonth: valuesOf(dayOfMonth, 1, 31),
    month: valuesOf(named(month, months, 1), 1, 12),
    dayOfWeek: weekdays(valuesOf(named(dayOfWeek?.replaceAll('-sun', '-7'), days, 0), 0, 7, 6)),
  };
  if (!isComplete(fields)) return undefined;
  // As in every crontab: where both say something, a day that either of them names counts.
  if (dayOfMonth === '*' || dayOfWeek === '*') return [fields];
  return [
    { ...fields, dayOfWeek: range(0, 6) },
    { ...fields, dayOfMonth: range(1, 31) },
  ];
}

function isComplete(fields: { [K in keyof CronCalendar]: number[] | undefined }): fields is CronCalendar {
  return Object.values(fields).every((values) => values !== undefined);
}

/**
 * A field's values in rising order, where `last` ends what is open; undefined when a part of it is none of `*`, `a` and
 * `a-b`, each with `/step` or without, or names no value.
 */
function valuesOf(
  field: string | undefined,
  least: number,
  greatest: number,
  last = greatest,
): number[] | undefined {
  const parts = (field ?? '').split(',').map((part) => spanOf(part, least, last));
  const values = new Set<number>();
  for (const span of parts) {
    if (!span || span.start < least || span.end < span.start || span.end > greatest || span.step < 1)
      return undefined;
    for (let value = span.start; value <= span.end; value += span.step) values.add(value);
  }
  return [...values].sort((one, other) => one - other);
}

function spanOf(
  part: string,
  least: number,
  last: number,
): { start: number; end: number; step: number } | undefined {
  const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return undefined;
  const [, from, to, every] = match;
  const start = Number(from ?? least);
  const isSingle = from !== undefined && to === undefined && every === undefined;
  return { start, end: isSingle ? start : Number(to ?? last), step: Number(every ?? 1) };
}

/** Sunday is 0 as well as 7. */
function weekdays(values: number[] | undefined): number[] | undefined {
  return values && [...new Set(values.map((day) => day % 7))].sort((one, other) => one - other);
}

function named(field: string | undefined, names: string[], first: number): string | undefined {
  return field?.replaceAll(/[a-z]{3}/g, (name) => {
    const at = names.indexOf(name);
    return at < 0 ? name : String(at + first);
  });
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
