import { SagalineError } from '../domain/errors';
import type { EventRecord } from '../domain/event';
import { parsePublicEventId } from '../domain/event-id';
import { isOfProject } from '../domain/identity';
import { findEvent } from '../ledger/events';
import { eventPath, runPath } from './links';
import type { GatewayServices } from './services';

/** An event as the API shows it. */
export function eventAnswer({ id, event, status, decisions }: EventRecord & { id: string }) {
  const { deliveryId, source, subject, kind, time, receivedAt, data, replayOf } = event;
  const runs = decisions.flatMap(({ runId }) => (runId === null ? [] : [runPath(runId)]));
  return {
    ...{ id, deliveryId, source, subject, kind, time, receivedAt, data, status, decisions },
    links: {
      self: eventPath(id),
      runs,
      ...(replayOf !== undefined && { replayOf: eventPath(replayOf) }),
    },
  };
}

/**
 * What became of an event: its inbox knows it at once; the ledger when the inbox has forgotten it, or no worker answers
 * for it. Throws NotFound, where `what` says what was looked for, or Unavailable where neither can tell.
 */
export async function eventOf(
  { temporal, ledger, configuration }: Pick<GatewayServices, 'temporal' | 'ledger' | 'configuration'>,
  id: string,
  what = 'an event',
): Promise<EventRecord> {
  const place = parsePublicEventId(id);
  const { project } = await configuration.current();
  if (!place || !isOfProject('inbox', project, place.inbox))
    throw new SagalineError('NotFound', `this is not the id of ${what} of project ${project}`);
  const asked = await temporal.event(place.inbox, place.key).catch((error: unknown) => {
    if (error instanceof SagalineError) return error;
    throw error;
  });
  if (!(asked instanceof SagalineError) && isWhole(asked)) return asked;
  const stored = await ledger.read((db, project) => findEvent(db, project, id)).catch(notNow);
  if (stored) return stored;
  if (asked instanceof SagalineError) throw asked;
  return asked;
}

/** An inbox keeps of older events what became of them, and no `data`. */
const isWhole = ({ event }: EventRecord): boolean => Object.keys(event.data).length > 0;

/** Without the ledger, what the inbox remembers is all there is. */
function notNow(error: unknown): undefined {
  if (error instanceof SagalineError && error.code === 'LedgerUnavailable') return undefined;
  throw error;
}
