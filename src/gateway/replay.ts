import { randomUUID } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { SagalineError } from '../domain/errors';
import type { SagalineEvent } from '../domain/event';
import { eventKey } from '../domain/identity';
import { deadLetterSubject } from '../domain/subject';
import { eventOf } from './event-answer';
import type { Receiver } from './receiver';
import { controlBody } from './requests';
import { actionSchema } from './schemas';
import type { GatewayServices } from './services';

/** `POST /events/:id/replay`: routes an event again, as a new one that names it. */
export function replayRouter(
  services: Pick<GatewayServices, 'access' | 'bodies' | 'temporal' | 'ledger' | 'configuration'>,
  receiver: Receiver,
): Router {
  const { access, bodies } = services;
  const replay: RequestHandler<{ id: string }> = async (request, response) => {
    const { id } = request.params;
    await controlBody(bodies, request, response, actionSchema);
    const { event } = await eventOf(services, id);
    const [accepted] = await receiver.accept('replay', [{ event: repeated(id, event), problem: null }]);
    response.status(202).json(accepted);
  };
  return Router().post('/events/:id/replay', access.required, replay);
}

/** The event once more: its own delivery, so that it is no duplicate, and no signed body that could count as one. */
function repeated(id: string, event: SagalineEvent): SagalineEvent {
  if (event.subject === deadLetterSubject)
    throw new SagalineError('WrongState', 'this is a dead letter: replay it under /dead-letters');
  if (Object.keys(event.data).length === 0)
    throw new SagalineError('WrongState', 'only what became of this event is known any more, not its data');
  const deliveryId = `replay-${randomUUID()}`;
  const key = eventKey(event.source, deliveryId);
  return { ...event, key, deliveryId, bodyHash: '', receivedAt: new Date().toISOString(), replayOf: id };
}
