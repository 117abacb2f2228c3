import { type RequestHandler, Router } from 'express';
import { laneOfId } from '../domain/identity';
import type { LaneView } from '../domain/lane';
import { requireApprover } from './approvers';
import { requireEnvironments } from './authentication';
import { lanePath, runPath } from './links';
import { controlBody } from './requests';
import { rollbackBodySchema } from './schemas';
import type { GatewayServices } from './services';
import type { LaneTraffic } from './traffic';

/** Lanes that one answer lists. */
const maxLanes = 100;

type OfLane = RequestHandler<{ service: string; environment: string }>;

/** `/lanes`: what is live where, who waits, how requests are split, and the way back to an earlier release. */
export function lanesRouter(
  { access, bodies, temporal, visibility, configuration }: GatewayServices,
  traffic: LaneTraffic,
): Router {
  const answer = async (project: string, view: LaneView) => {
    const { service, environment, holder } = view;
    const self = lanePath(service, environment);
    const links = { self, rollback: `${self}/rollback`, run: holder && runPath(holder.workflowId) };
    return { ...view, traffic: await traffic.of({ project, service, environment }), links };
  };

  const list: RequestHandler = async (_request, response) => {
    const { project } = await configuration.current();
    const lanes = (await visibility.laneIds(maxLanes)).flatMap((id) => {
      const lane = laneOfId(id);
      return lane?.project === project ? [lane] : [];
    });
    const views = await Promise.all(lanes.map((lane) => temporal.lane(lane)));
    response.json({ lanes: await Promise.all(views.map((view) => answer(project, view))) });
  };

  const show: OfLane = async (request, response) => {
    const { project } = await configuration.current();
    response.json(await answer(project, await temporal.lane({ project, ...request.params })));
  };

  const rollback: OfLane = async (request, response) => {
    const { service, environment } = request.params;
    const actor = access.actorOf(request);
    requireEnvironments(actor, [environment]);
    const known = await configuration.current();
    await requireApprover(actor, known, () => Promise.resolve([environment]));
    const { project } = known;
    const body = await controlBody(bodies, request, response, rollbackBodySchema);
    const lane = { project, service, environment };
    const view = await temporal.rollback(lane, { ...body, actor: actor.name });
    if (view) response.json(await answer(project, view));
    else response.status(202).json({ service, environment, links: { self: lanePath(service, environment) } });
  };

  return Router()
    .get('/lanes', access.required, list)
    .get('/lanes/:service/:environment', access.required, show)
    .post('/lanes/:service/:environment/rollback', access.limited, rollback);
}
