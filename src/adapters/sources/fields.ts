import { z } from 'zod';
import type { EventKind } from '../../domain/event';
import { cut } from './text';

/** What is read of a payload: its kind, its data before validation, and when it happened. */
export interface Read {
  kind: EventKind;
  data: Record<string, unknown>;
  time?: string | null | undefined;
}

/** UTF-16 units that are kept of a text with several lines, such as a commit message. */
export const maxMessage = 1024;
/** UTF-16 units that are kept of a name. */
export const maxName = 256;
/** UTF-16 units that are kept of a link. */
export const maxLink = 2048;

/** For show only: a strange value is dropped and never costs the event. */
export const shown = (units: number) =>
  z
    .string()
    .transform((text) => cut(text, units))
    .nullish()
    .catch(null);

/** A part of the payload that is read where it has the shape, and left out where it has not. */
export const optional = <T extends z.ZodType>(part: T) => part.nullish().catch(null);

/** An id that some senders write as a number and others as text. */
export const id = z.union([z.string(), z.number()]).transform(String);

/** A full commit id; null for a short one or anything else. */
export const commitOrNothing = z
  .string()
  .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
  .nullish()
  .catch(null);

/** The commit id, or null for the zeros by which git says that there is none. */
export const commitOrNull = (commit: string): string | null => (/^0+$/.test(commit) ? null : commit);

/** ISO 8601 of a time in seconds or milliseconds; null when there is no such time. */
export function isoOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
