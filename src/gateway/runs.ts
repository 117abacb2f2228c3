import { type RequestHandler, Router } from 'express';
import { SagalineError } from '../domain/errors';
import type { CanaryDecisionRequest } from '../domain/operator';
import { actorOf, requireToken, type Token } from './authentication';
import type { Bodies } from './bodies';
import { eventPath, runLinks, runPath } from './links';
import { controlBody, valid } from './requests';
import { actionSchema, decideBodySchema, resolveBodySchema, runFilterSchema } from './schemas';
import type { GatewayServices } from './services';

type OfRun = RequestHandler<{ id: string }>;

/** `/runs`: what runs do and did, and what an operator tells them. */
export function runsRouter(
  { temporal, visibility, configuration }: GatewayServices,
  bodies: Bodies,
  tokens: readonly Token[],
): Router {
  const list: RequestHandler = async (request, response) => {
    const { limit, cursor, ...filter } = valid(runFilterSchema, request.query);
    const { project } = await configuration.current();
    const page = await visibility.runs(project, filter, limit, cursor);
    const runs = page.items.map((run) => ({
      ...run,
      links: { self: runPath(run.id), event: run.eventId === null ? null : eventPath(run.eventId) },
    }));
    response.json({ runs, cursor: page.cursor });
  };

  const show: OfRun = async (request, response) => {
    const view = await temporal.run(runId(request.params.id));
    response.json({ ...view, links: runLinks(view) });
  };

  const cancel: OfRun = async (request, response) => {
    const id = runId(request.params.id);
    const { reason } = await controlBody(bodies, request, response, actionSchema);
    const actor = actorOf(request, tokens);
    await temporal.cancel(id, reason === undefined ? actor : `${actor}: ${reason}`);
    response.status(202).json({ id, links: { self: runPath(id) } });
  };

  const resolve: OfRun = async (request, response) => {
    const id = runId(request.params.id);
    const body = await controlBody(bodies, request, response, resolveBodySchema);
    const view = await temporal.resolve(id, { ...body, actor: actorOf(request, tokens) });
    response.json({ ...view, links: runLinks(view) });
  };

  const decide =
    (command: CanaryDecisionRequest['command']): OfRun =>
    async (request, response) => {
      const id = runId(request.params.id);
      const body = await controlBody(bodies, request, response, decideBodySchema);
      const view = await temporal.decide(id, { ...body, command, actor: actorOf(request, tokens) });
      response.json({ ...view, links: runLinks(view) });
    };

  const authenticated = requireToken(tokens);
  return Router()
    .get('/runs', authenticated, list)
    .get('/runs/:id', authenticated, show)
    .post('/runs/:id/cancel', authenticated, cancel)
    .post('/runs/:id/promote', authenticated, decide('promote'))
    .post('/runs/:id/abort', authenticated, decide('abort'))
    .post('/runs/:id/resolve', authenticated, resolve);
}

/** A run's id is its workflow id; other workflows cannot be reached by this path. Throws NotFound. */
export function runId(id: string): string {
  if (!id.startsWith('run:')) throw new SagalineError('NotFound', 'this is not the id of a run');
  return id;
}
