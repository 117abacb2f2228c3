import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { understood, type Reading } from '../adapters/sources/reading';
import { SagalineError } from '../domain/errors';
import type { dataSchemas } from '../domain/event';
import { manualSource } from '../domain/own-sources';
import { runWorkflowId } from '../domain/identity';
import { runPath } from './links';
import type { Receiver } from './receiver';
import { controlBody } from './requests';
import { startRunSchema } from './schemas';
import type { GatewayServices } from './services';

/** `POST /runs`: an event of kind `manual`, as durable as a vendor's; whether it starts a run is decided by routing. */
export function manualRouter(
  { access, bodies, configuration }: Pick<GatewayServices, 'access' | 'bodies' | 'configuration'>,
  receiver: Receiver,
): Router {
  const start: RequestHandler = async (request, response) => {
    const wanted = await controlBody(bodies, request, response, startRunSchema);
    const { name: author, environments } = access.actorOf(request);
    // Which environments a pipeline changes is known when its file is read: routing holds it against these.
    const data = { ...wanted, author, ...(environments !== null && { environments }) };
    const reading = readingOf(request, data);
    const { project, repositories } = await configuration.current();
    const { pipeline, repository } = wanted;
    if (!repositories.some(({ name }) => name === repository)) {
      throw new SagalineError('NotFound', `repository ${repository} is not registered in sagaline.yaml`);
    }
    const [accepted] = await receiver.accept(manualSource, [reading]);
    const runId = runWorkflowId(project, repository, pipeline, reading.event.key);
    response.status(202).json({ ...accepted, runId, links: { ...accepted?.links, run: runPath(runId) } });
  };
  return Router().post('/runs', access.limited, start);
}

/** The event of one request: the same for every request of the same `Idempotency-Key`. Throws Malformed. */
function readingOf(request: Request, data: z.infer<typeof dataSchemas.manual>): Reading {
  const deliveryId = request.get('Idempotency-Key') ?? randomUUID();
  if (!/^[\x21-\x7e]{1,200}$/.test(deliveryId)) {
    throw new SagalineError(
      'Malformed',
      'the header Idempotency-Key must be 1 to 200 visible ASCII characters',
    );
  }
  const receivedAt = new Date().toISOString();
  // The token authenticates the whole request, so that the delivery id alone says which event it is.
  const envelope = { source: manualSource, deliveryId, bodyHash: '', receivedAt };
  try {
    return understood(envelope, 'manual', data);
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'NotUnderstood') throw error;
    throw new SagalineError('Malformed', error.detail);
  }
}
