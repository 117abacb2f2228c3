import ms from 'ms';

/** Milliseconds of a duration that durationSchema accepted. */
export function milliseconds(duration: string): number {
  return ms(duration as ms.StringValue);
}
