import { type RequestHandler, Router } from 'express';
import type { CanaryDecisionRequest } from '../domain/operator';
import type { Actor } from './authentication';
import { runAnswer, runPath } from './links';
import { controlBody } from './requests';
import { runId } from './runs';
import { actionSchema, approvalBodySchema, decideBodySchema, resolveBodySchema } from './schemas';
import type { GatewayServices } from './services';

type OfRun = RequestHandler<{ id: string }>;

/** `POST /runs/:id/...`: what an operator tells a run. */
export function runActionsRouter({ access, bodies, runs, retries }: GatewayServices): Router {
  const cancel: OfRun = async (request, response) => {
    const id = runId(request.params.id);
    const { reason } = await controlBody(bodies, request, response, actionSchema);
    await runs.cancel(id, because(await access.actor(request), reason));
    response.status(202).json({ id, links: { self: runPath(id) } });
  };

  const retry: OfRun = async (request, response) => {
    const { step, reason } = await controlBody(bodies, request, response, actionSchema);
    const why = because(await access.actor(request), reason);
    const id = await retries.start(runId(request.params.id), step, why);
    response.status(202).json({ id, links: { self: runPath(id) } });
  };

  const answer =
    (update: 'approve' | 'reject'): OfRun =>
    async (request, response) => {
      const id = runId(request.params.id);
      const body = await controlBody(bodies, request, response, approvalBodySchema);
      const { name: actor, teams, aliases } = await access.actor(request);
      response.json(runAnswer(await runs.answer(id, update, { ...body, actor, teams, aliases })));
    };

  const resolve: OfRun = async (request, response) => {
    const id = runId(request.params.id);
    const body = await controlBody(bodies, request, response, resolveBodySchema);
    const { name: actor } = await access.actor(request);
    response.json(runAnswer(await runs.resolve(id, { ...body, actor })));
  };

  const decide =
    (command: CanaryDecisionRequest['command']): OfRun =>
    async (request, response) => {
      const id = runId(request.params.id);
      const body = await controlBody(bodies, request, response, decideBodySchema);
      const { name: actor } = await access.actor(request);
      response.json(runAnswer(await runs.decide(id, { ...body, command, actor })));
    };

  const { required } = access;
  return Router()
    .post('/runs/:id/cancel', required, cancel)
    .post('/runs/:id/retry', required, retry)
    .post('/runs/:id/approve', required, answer('approve'))
    .post('/runs/:id/reject', required, answer('reject'))
    .post('/runs/:id/promote', required, decide('promote'))
    .post('/runs/:id/abort', required, decide('abort'))
    .post('/runs/:id/resolve', required, resolve);
}

/** Who acts, and why where that was said. */
const because = ({ name }: Actor, reason?: string): string =>
  reason === undefined ? name : `${name}: ${reason}`;
