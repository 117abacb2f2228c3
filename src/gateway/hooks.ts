import { type RequestHandler, Router } from 'express';
import { sources } from '../adapters/sources';
import { SagalineError } from '../domain/errors';
import { sendAccepted } from './accepted';
import { type Bodies, requireLength, requireMediaType } from './bodies';
import type { GatewayDependencies } from './dependencies';
import type { Receiver } from './receiver';

/** `POST /hooks/:source`: signed webhooks of vendors. */
export function hooksRouter(
  { secretsOf }: Pick<GatewayDependencies, 'secretsOf'>,
  bodies: Bodies,
  receiver: Receiver,
): Router {
  const receive: RequestHandler<{ source: string }> = async (request, response) => {
    const source = sources.get(request.params.source);
    if (!source) throw new SagalineError('NotFound', `known sources are ${[...sources.keys()].join(', ')}`);
    requireLength(request, source.maxBytes);
    const secrets = await secretsOf(source.name);
    if (secrets.length === 0) throw unconfigured(source.name);
    requireMediaType(request, source.mediaTypes);
    const body = await bodies.read(request, response, source.maxBytes);
    const delivery = { headers: request.headers, body, receivedAt: new Date().toISOString() };
    source.verify(delivery, secrets);
    const readings = source.read(delivery);
    const accepted = await receiver.accept(source.name, readings);
    sendAccepted(request, response, source.batched ? accepted : accepted[0], readings);
  };
  return Router().post('/hooks/:source', receive);
}

function unconfigured(name: string): SagalineError {
  const variable = `SAGALINE_SECRET_${name.toUpperCase()}`;
  const detail = `the source ${name} has no secret and refuses everything: set ${variable}, or list it under sources in sagaline.yaml`;
  return new SagalineError('Unauthenticated', detail);
}
