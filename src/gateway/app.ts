import express, { type Express, type RequestHandler } from 'express';
import { SagalineError } from '../domain/errors';
import { Access } from './authentication';
import { Bodies } from './bodies';
import type { GatewayDependencies } from './dependencies';
import { eventsRouter } from './events';
import { healthRouter } from './health';
import { hooksRouter } from './hooks';
import { lanesRouter } from './lanes';
import { manualRouter } from './manual';
import { Metrics } from './metrics';
import { problemHandler } from './problems';
import { Receiver } from './receiver';
import { Retries } from './retries';
import { runActionsRouter } from './run-actions';
import { runsRouter } from './runs';
import { stepLogsRouter } from './step-logs';
import { TemporalGateway } from './temporal';
import { TemporalRuns } from './temporal-runs';
import { LaneTraffic } from './traffic';
import { Visibility } from './visibility';
import { whoamiRouter } from './whoami';

/** Bytes of request bodies held at one time, before small ones have precedence. */
const maxHeldBytes = 256 * 1024 * 1024;

/** The gateway as an Express app; it holds no state that another gateway would miss. */
export function createGateway(dependencies: GatewayDependencies): Express {
  const { client, namespace, configuration, credentials, log } = dependencies;
  const metrics = new Metrics();
  const bodies = new Bodies(maxHeldBytes);
  const temporal = new TemporalGateway(client, namespace);
  const visibility = new Visibility(client, temporal, namespace);
  const runs = new TemporalRuns(client, namespace, temporal);
  const retries = new Retries(client, temporal, runs);
  const access = new Access(credentials);
  const services = { access, bodies, temporal, runs, retries, visibility, configuration };
  const receiver = new Receiver(temporal, configuration, metrics);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(metrics.measure, safeHeaders);
  app.use(hooksRouter(dependencies, bodies, receiver));
  app.use(eventsRouter(dependencies, services, receiver));
  app.use(manualRouter(services, receiver));
  app.use(runsRouter(services));
  app.use(runActionsRouter(services));
  app.use(stepLogsRouter(dependencies, services));
  app.use(lanesRouter(services, new LaneTraffic(dependencies)));
  app.use(whoamiRouter(access));
  app.use(healthRouter(temporal, metrics));
  app.use(unknownPath);
  app.use(problemHandler(log));
  return app;
}

/** Answers are data for programs: a browser must neither guess their type nor keep them. */
const safeHeaders: RequestHandler = (_request, response, next) => {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
  next();
};

const unknownPath: RequestHandler = (request) => {
  throw new SagalineError('NotFound', `there is no ${request.method} on this path; /openapi.json lists all`);
};
