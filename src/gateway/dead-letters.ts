import { type RequestHandler, Router } from 'express';
import { readCloudEvents } from '../adapters/sources/cloudevents';
import { deliveryOf } from '../adapters/sources/kept-delivery';
import type { Reading } from '../adapters/sources/reading';
import { SagalineError } from '../domain/errors';
import type { SagalineEvent } from '../domain/event';
import { deadLetterSubject } from '../domain/subject';
import { sendAccepted } from './accepted';
import type { GatewayDependencies } from './dependencies';
import { eventOf } from './event-answer';
import type { Receiver } from './receiver';
import { controlBody } from './requests';
import { actionSchema } from './schemas';
import type { GatewayServices } from './services';
import { findSource } from './source-lookup';

/** `POST /dead-letters/:id/replay`: reads a delivery once more, by the rules of now. */
export function deadLettersRouter(
  services: Pick<GatewayServices, 'access' | 'bodies' | 'temporal' | 'ledger' | 'configuration'>,
  dependencies: Pick<GatewayDependencies, 'secretsOf' | 'writtenSources'>,
  receiver: Receiver,
): Router {
  const { access, bodies } = services;
  const replay: RequestHandler<{ id: string }> = async (request, response) => {
    const { id } = request.params;
    await controlBody(bodies, request, response, actionSchema);
    const { event } = await eventOf(services, id, 'a dead letter');
    if (event.subject !== deadLetterSubject)
      throw new SagalineError('WrongState', 'this event was understood: replay it under /events');
    const readings = (await readAgain(event, dependencies)).map((reading) => linked(reading, id, event));
    const accepted = await receiver.accept('replay', readings);
    sendAccepted(request, response, readings.length > 1 ? accepted : accepted[0], readings);
  };
  return Router().post('/dead-letters/:id/replay', access.required, replay);
}

async function readAgain(
  event: SagalineEvent,
  { secretsOf, writtenSources }: Pick<GatewayDependencies, 'secretsOf' | 'writtenSources'>,
): Promise<Reading[]> {
  const { via, delivery } = deliveryOf(event);
  if (via === '/events') return readCloudEvents('structured', delivery);
  const source = await findSource(via.replace('/hooks/', ''), writtenSources);
  if (source.batched)
    throw new SagalineError(
      'WrongState',
      'this was one of several in one delivery: have its sender send it again',
    );
  return source.read(delivery, await secretsOf(source.name));
}

/** With the hash of the body that was signed, so that the same delivery has one effect, however it comes again. */
function linked({ event, problem }: Reading, id: string, letter: SagalineEvent): Reading {
  const { bodyHash } = letter.deliveryId === event.deliveryId ? letter : event;
  return { event: { ...event, bodyHash, replayOf: id }, problem };
}
