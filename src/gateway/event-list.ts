import { type RequestHandler, Router } from 'express';
import { type EventPosition, listEvents } from '../ledger/events';
import { pageOf, placeIn } from './cursor';
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
      const after = placeIn(query, cursor) as EventPosition | undefined;
      const found = await ledger.read((db, project) => listEvents(db, project, wanted, limit + 1, after));
      const listed = pageOf(query, found, limit, ({ id, event: { receivedAt } }) => ({ receivedAt, id }));
      response.json({ [name]: listed.page.map(eventAnswer), cursor: listed.cursor });
    };
  return Router()
    .get('/events', access.required, list('events', {}))
    .get('/dead-letters', access.required, list('deadLetters', { status: 'dead-letter' }));
}
