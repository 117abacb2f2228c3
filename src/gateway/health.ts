import { type RequestHandler, Router } from 'express';
import type { Metrics } from './metrics';
import { openApi } from './openapi';
import type { TemporalGateway } from './temporal';

/** What probes and scrapers read, without a token: it holds no names of repositories, services or people. */
export function healthRouter(temporal: TemporalGateway, metrics: Metrics): Router {
  const alive: RequestHandler = (_request, response) => {
    response.json({ status: 'ok' });
  };
  const ready: RequestHandler = async (_request, response) => {
    await temporal.ping();
    response.json({ status: 'ok' });
  };
  const scrape: RequestHandler = async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  };
  // Made once: anybody may ask for it, as often as they like.
  let document: string | undefined;
  const describe: RequestHandler = (_request, response) => {
    document ??= JSON.stringify(openApi());
    response.type('application/json').send(document);
  };
  return Router()
    .get('/healthz', alive)
    .get('/readyz', ready)
    .get('/metrics', scrape)
    .get('/openapi.json', describe);
}
