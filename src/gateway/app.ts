import express, { type Express, type RequestHandler } from 'express';
import { SagalineError } from '../domain/errors';
import { Audit } from './audit';
import { auditRouter } from './audit-routes';
import { releasesRouter } from './releases';
import { Access } from './authentication';
import { Bodies } from './bodies';
import { codecRouter } from './codec';
import type { GatewayDependencies } from './dependencies';
import { eventsRouter } from './events';
import { safeHeaders, tlsHeaders } from './headers';
import { healthRouter } from './health';
import { hooksRouter } from './hooks';
import { ledgerRouter } from './ledger-routes';
import { LedgerReads } from './ledger-reads';
import { lanesRouter } from './lanes';
import { deadLettersRouter } from './dead-letters';
import { eventListRouter } from './event-list';
import { manualRouter } from './manual';
import { Metrics } from './metrics';
import { problemHandler } from './problems';
import { replayRouter } from './replay';
import { Quota } from './quota';
import { Receiver } from './receiver';
import { Retries } from './retries';
import { runActionsRouter } from './run-actions';
import { runsRouter } from './runs';
import { stepLogsRouter } from './step-logs';
import { TemporalGateway } from './temporal';
import { TemporalRuns } from './temporal-runs';
import { tokensRouter } from './token-routes';
import { LaneTraffic } from './traffic';
import { Visibility } from './visibility';
import { whoamiRouter } from './whoami';

/** Bytes of request bodies held at one time, before small ones have precedence. */
const maxHeldBytes = 256 * 1024 * 1024;

/** The gateway as an Express app; it holds no state that another gateway would miss. */
export function createGateway(dependencies: GatewayDependencies): Express {
  const { client, namespace, configuration, credentials, tokens, ledger, log } = dependencies;
  const metrics = new Metrics();
  const bodies = new Bodies(maxHeldBytes);
  const temporal = new TemporalGateway(client, namespace);
  const visibility = new Visibility(client, temporal, namespace);
  const runs = new TemporalRuns(client, namespace, temporal);
  const retries = new Retries(client, temporal, runs);
  const access = new Access(credentials, tokens, new Audit(ledger?.writer, configuration));
  const reads = new LedgerReads(ledger?.database, configuration);
  const quota = new Quota();
  const services = {
    access,
    bodies,
    quota,
    temporal,
    runs,
    retries,
    visibility,
    configuration,
    ledger: reads,
  };
  const receiver = new Receiver(temporal, configuration, metrics);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(metrics.measure, setSafeHeaders);
  app.use(hooksRouter(dependencies, services, receiver));
  // First, because Express answers OPTIONS of a path by whichever router knows it.
  app.use(eventsRouter(dependencies, services, receiver));
  app.use(eventListRouter(services));
  app.use(replayRouter(services, receiver));
  app.use(deadLettersRouter(services, dependencies, receiver));
  app.use(auditRouter(services));
  app.use(releasesRouter(services));
  app.use(ledgerRouter(services, dependencies));
  app.use(manualRouter(services, receiver));
  app.use(runsRouter(services));
  app.use(runActionsRouter(services));
  app.use(stepLogsRouter(dependencies, services));
  app.use(lanesRouter(services, new LaneTraffic(dependencies)));
  app.use(whoamiRouter(access));
  app.use(tokensRouter(services, async () => tokens?.refresh()));
  app.use(codecRouter(dependencies, services));
  app.use(healthRouter(temporal, metrics));
  app.use(unknownPath);
  app.use(problemHandler(log));
  return app;
}

const setSafeHeaders: RequestHandler = (request, response, next) => {
  response.set(safeHeaders);
  if (request.secure) response.set(tlsHeaders);
  next();
};

const unknownPath: RequestHandler = (request) => {
  throw new SagalineError('NotFound', `there is no ${request.method} on this path; /openapi.json lists all`);
};
