import { type RequestHandler, Router } from 'express';
import { type EventPosition, listEvents } from '../ledger/events';
import { cursorOf, tokenOf } from './cursor';
import { eventAnswer } from './event-answer';
import { valid } from './requests';
import { eventFilterSchema } from './schemas';
import type { GatewayServices } from './services';

/** `GET /events` and `GET /dead-letters`: what was accepted, newest first. */
export function eventListRouter({ access, ledger }: Pick<GatewayServices, 'access' | 'ledger'>): Router {
  const list =
    (name: 'events' | 'deadLetters', only: { status?: 'dead-letter' }): RequestHandler =>
    async (request, response) => {
      const { limit, cursor, ...filter } = valid(eventFilterSchema, request.query);
      const wanted = { ...filter, ...only };
      const query = JSON.stringify([name, wanted]);
      const after = cursor === undefined ? undefined : positionOf(tokenOf(query, cursor));
      // One more than asked for shows whether there is another page.
      const found = await ledger.read((db, project) => listEvents(db, project, wanted, limit + 1, after));
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      response.json({
        [name]: page.map(eventAnswer),
        cursor: last ? cursorOf(query, tokenAt({ receivedAt: last.event.receivedAt, id: last.id })) : null,
      });
    };
  return Router()
    .get('/events', access.required, list('events', {}))
    .get('/dead-letters', access.required, list('deadLetters', { status: 'dead-letter' }));
}

const tokenAt = (position: EventPosition): Uint8Array => Buffer.from(JSON.stringify(position));

const positionOf = (token: Uint8Array): EventPosition =>
  JSON.parse(Buffer.from(token).toString('utf8')) as EventPosition;
