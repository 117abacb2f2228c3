import { type RequestHandler, Router } from 'express';
import { withDelivery } from '../adapters/sources/kept-delivery';
import { secretVariable } from '../config';
import { SagalineError } from '../domain/errors';
import { sendAccepted } from './accepted';
import { requireLength, requireMediaType } from './bodies';
import type { GatewayDependencies } from './dependencies';
import type { Receiver } from './receiver';
import type { GatewayServices } from './services';
import { findSource, limitsOf } from './source-lookup';

/** `POST /hooks/:source`: webhooks of vendors, and of the sources that users have written. */
export function hooksRouter(
  { secretsOf, writtenSources }: Pick<GatewayDependencies, 'secretsOf' | 'writtenSources'>,
  { bodies, quota, configuration }: Pick<GatewayServices, 'bodies' | 'quota' | 'configuration'>,
  receiver: Receiver,
): Router {
  const receive: RequestHandler<{ source: string }> = async (request, response) => {
    const source = await findSource(request.params.source, writtenSources);
    const { rate, maxBytes } = limitsOf(await configuration.current(), [source.name], source.maxBytes);
    requireLength(request, maxBytes);
    const secrets = await secretsOf(source.name);
    if (secrets.length === 0) throw unconfigured(source.name);
    requireMediaType(request, source.mediaTypes);
    const body = await bodies.read(request, response, maxBytes);
    const query = givenOnce(request.query);
    const delivery = { headers: request.headers, query, body, receivedAt: new Date().toISOString() };
    await source.verify(delivery, secrets);
    const read = await source.read(delivery, secrets);
    const readings = withDelivery(read, `/hooks/${source.name}`, request.headers, secrets);
    // After verification, or anybody could use up what the source may send.
    quota.charge(source.name, source.name, rate, readings.length);
    const accepted = await receiver.accept(source.name, readings);
    sendAccepted(request, response, source.batched ? accepted : accepted[0], readings);
  };
  return Router().post('/hooks/:source', receive);
}

const givenOnce = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

function unconfigured(name: string): SagalineError {
  const detail = `the source ${name} has no secret and refuses everything: set ${secretVariable(name)}, or list it under sources in sagaline.yaml`;
  return new SagalineError('Unauthenticated', detail);
}
