import { type Request, type RequestHandler, Router } from 'express';
import type { CanaryDecisionRequest } from '../domain/operator';
import { requireApprover } from './approvers';
import { type Actor, requireEnvironments } from './authentication';
import { runAnswer, runPath } from './links';
import { controlBody } from './requests';
import { runId } from './runs';
import { actionSchema, approvalBodySchema, decideBodySchema, resolveBodySchema } from './schemas';
import type { GatewayServices } from './services';

type OfRun = RequestHandler<{ id: string }>;

/** `POST /runs/:id/...`: what an operator tells a run. */
export function runActionsRouter({ access, bodies, runs, retries, configuration }: GatewayServices): Router {
  /** The run that the path names, and who acts; throws NotAllowed where that may not change the run's environments. */
  const asked = async (request: Request<{ id: string }>) => {
    const id = await runId(request.params.id, configuration);
    const actor = access.actorOf(request);
    if (actor.environments !== null) requireEnvironments(actor, await runs.environments(id));
    return { id, actor };
  };

  const cancel: OfRun = async (request, response) => {
    const { reason } = await controlBody(bodies, request, response, actionSchema);
    const { id, actor } = await asked(request);
    await runs.cancel(id, because(actor, reason));
    response.status(202).json({ id, links: { self: runPath(id) } });
  };

  const retry: OfRun = async (request, response) => {
    const { step, reason } = await controlBody(bodies, request, response, actionSchema);
    const { id: failed, actor } = await asked(request);
    const id = await retries.start(failed, step, because(actor, reason));
    response.status(202).json({ id, links: { self: runPath(id) } });
  };

  const answer =
    (update: 'approve' | 'reject'): OfRun =>
    async (request, response) => {
      const body = await controlBody(bodies, request, response, approvalBodySchema);
      const { id, actor } = await asked(request);
      const { name, teams, aliases } = actor;
      response.json(runAnswer(await runs.answer(id, update, { ...body, actor: name, teams, aliases })));
    };

  const resolve: OfRun = async (request, response) => {
    const body = await controlBody(bodies, request, response, resolveBodySchema);
    const { id, actor } = await asked(request);
    response.json(runAnswer(await runs.resolve(id, { ...body, actor: actor.name })));
  };

  const decide =
    (command: CanaryDecisionRequest['command']): OfRun =>
    async (request, response) => {
      const body = await controlBody(bodies, request, response, decideBodySchema);
      const { id, actor } = await asked(request);
      const decided = () => runs.canaryEnvironments(id, body.step);
      await requireApprover(actor, await configuration.current(), decided);
      response.json(runAnswer(await runs.decide(id, { ...body, command, actor: actor.name })));
    };

  const { limited } = access;
  return Router()
    .post('/runs/:id/cancel', limited, cancel)
    .post('/runs/:id/retry', limited, retry)
    .post('/runs/:id/approve', limited, answer('approve'))
    .post('/runs/:id/reject', limited, answer('reject'))
    .post('/runs/:id/promote', limited, decide('promote'))
    .post('/runs/:id/abort', limited, decide('abort'))
    .post('/runs/:id/resolve', limited, resolve);
}

/** Who acts, and why where that was said. */
const because = ({ name }: Actor, reason?: string): string =>
  reason === undefined ? name : `${name}: ${reason}`;
