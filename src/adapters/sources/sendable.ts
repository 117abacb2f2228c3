import { SagalineError } from '../../domain/errors';
import { type EventKind, eventKinds } from '../../domain/event';
import { ownSource } from '../../domain/cdevents';
import { scheduleSource } from '../../domain/own-sources';

const prefix = 'dev.sagaline.';
/** The CloudEvents type of a kind, known or not. */
export const ownType = (kind: string): string => `${prefix}${kind}`;
const sendableKinds = eventKinds.filter((kind) => kind !== 'manual');

/** Whether a type is one of the platform's own, `dev.sagaline.<kind>`, known or not. */
export const isOwnType = (type: string): boolean => type.startsWith(prefix);

/**
 * Throws NotUnderstood for a kind that is not known, and for what only the platform itself says: who starts a run by
 * hand is told by the token of `POST /runs`, and a cron fires by its schedule alone.
 */
export function sendableKind(source: string, type: string): EventKind {
  const kind = sendableKinds.find((name) => type === ownType(name));
  if (kind === undefined) {
    const known = sendableKinds.map(ownType).join(', ');
    const why = type === ownType('manual') ? 'cannot be sent: start a run with POST /runs' : 'is not known';
    throw new SagalineError('NotUnderstood', `type: ${type} ${why}; known are ${known}`);
  }
  if (source === ownSource) {
    const detail = `source: ${source} is the platform's own: taken back, what it says could start what makes it say so again`;
    throw new SagalineError('NotUnderstood', detail);
  }
  if (kind === 'schedule' && source === scheduleSource) {
    const detail = `source: ${source} is the platform's own, whose schedules fire by themselves: send it from another source`;
    throw new SagalineError('NotUnderstood', detail);
  }
  return kind;
}
