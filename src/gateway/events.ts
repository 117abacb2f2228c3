import { type Request, type RequestHandler, Router } from 'express';
import { cloudEventsMode, maxCloudEventsBytes, readCloudEvents } from '../adapters/sources/cloudevents';
import { withDelivery } from '../adapters/sources/kept-delivery';
import type { PlatformConfiguration } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import { sendAccepted } from './accepted';
import type { Configuration } from '../ports';
import type { Actor, Credential } from './authentication';
import { mediaType, requireLength } from './bodies';
import type { GatewayDependencies } from './dependencies';
import { eventAnswer, eventOf } from './event-answer';
import { limitsOf } from './source-lookup';
import type { Receiver } from './receiver';
import type { GatewayServices } from './services';

/** Sources of sagaline.yaml whose secrets are accepted as bearer tokens of `POST /events`, beside the operators' own. */
const senderSources = ['events', 'cloudevents'];

const limits = (configuration: PlatformConfiguration) =>
  limitsOf(configuration, senderSources, maxCloudEventsBytes);

/** `/events`: CloudEvents over HTTP, their webhook handshake, and what became of one. */
export function eventsRouter(
  { secretsOf }: Pick<GatewayDependencies, 'secretsOf'>,
  services: Pick<GatewayServices, 'access' | 'bodies' | 'quota' | 'temporal' | 'ledger' | 'configuration'>,
  receiver: Receiver,
): Router {
  const { access, bodies, quota, configuration } = services;
  const receive: RequestHandler = async (request, response) => {
    const { rate, maxBytes } = limits(await configuration.current());
    requireLength(request, maxBytes);
    const { name: sender } = await access.sender(request, await senders(secretsOf));
    const mode = modeOf(request);
    const body = await bodies.read(request, response, maxBytes);
    const read = readCloudEvents(mode, {
      headers: request.headers,
      body,
      receivedAt: new Date().toISOString(),
    });
    // Each is kept as the structured event that it is, however it came.
    const readings = withDelivery(read, '/events', { 'content-type': 'application/cloudevents+json' });
    quota.charge('events', sender, rate, readings.length);
    const accepted = await receiver.accept('cloudevents', readings);
    sendAccepted(request, response, mode === 'batch' ? accepted : accepted[0], readings);
  };

  const show: RequestHandler<{ id: string }> = async (request, response) => {
    const { id } = request.params;
    response.json(eventAnswer({ id, ...(await eventOf(services, id)) }));
  };

  return Router()
    .options('/events', handshake(configuration))
    .post('/events', receive)
    .get('/events/:id', access.required, show);
}

/** A binary event without data has no media type either. */
function modeOf(request: Request) {
  const type = mediaType(request);
  const mode = type === '' && request.headers['ce-id'] !== undefined ? 'binary' : cloudEventsMode(type);
  if (mode) return mode;
  throw new SagalineError(
    'UnsupportedMediaType',
    'send application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- headers',
  );
}

async function senders(secretsOf: GatewayDependencies['secretsOf']): Promise<Credential[]> {
  const found = await Promise.all(
    senderSources.map(async (name) => {
      const actor: Actor = { name, role: 'sender', teams: [], aliases: [], environments: null };
      return (await secretsOf(name)).map((token) => ({ actor, token }));
    }),
  );
  return found.flat();
}

/**
 * The validation of CloudEvents webhooks. Any origin may ask, because each event needs a token besides;
 * a callback address is never called.
 */
const handshake =
  (configuration: Configuration): RequestHandler =>
  async (request, response) => {
    const origin = request.get('WebHook-Request-Origin');
    response.set('Allow', 'OPTIONS, POST');
    if (origin !== undefined) {
      if (!/^[\x21-\x7e]{1,512}$/.test(origin))
        throw new SagalineError('Malformed', 'WebHook-Request-Origin must name the sender');
      const { rate } = limits(await configuration.current());
      // By the specification in requests a minute, at least one.
      const allowed = rate ? String(Math.max(1, Math.floor(rate.perSecond * 60))) : '*';
      response.set({ 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': allowed });
    }
    response.status(200).end();
  };
