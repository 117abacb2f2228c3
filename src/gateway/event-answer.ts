import { SagalineError } from '../domain/errors';
import type { EventRecord } from '../domain/event';
import { findEvent } from '../ledger/events';
import type { LedgerReads } from './ledger-reads';
import { eventPath, runPath } from './links';
import type { TemporalGateway } from './temporal';

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

/** What became of an event: its inbox knows it at once, the ledger when the inbox has forgotten it. Throws NotFound. */
export async function eventOf(
  temporal: TemporalGateway,
  ledger: LedgerReads,
  id: string,
  { inbox, key }: { inbox: string; key: string },
): Promise<EventRecord> {
  let fromInbox: EventRecord | undefined;
  try {
    fromInbox = await temporal.event(inbox, key);
    if (isWhole(fromInbox)) return fromInbox;
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'NotFound') throw error;
  }
  const stored = await ledger.read((db, project) => findEvent(db, project, id)).catch(notNow);
  const found = stored ?? fromInbox;
  if (found) return found;
  throw new SagalineError('NotFound', 'there is no event of that id, or it is too long ago');
}

/** An inbox keeps of older events what became of them, and no `data`. */
const isWhole = ({ event }: EventRecord): boolean => Object.keys(event.data).length > 0;

/** Without the ledger, what the inbox remembers is all there is. */
function notNow(error: unknown): undefined {
  if (error instanceof SagalineError && error.code === 'LedgerUnavailable') return undefined;
  throw error;
}
