import { type RequestHandler, Router } from 'express';
import { SagalineError } from '../domain/errors';
import { isOfProject } from '../domain/identity';
import type { Configuration } from '../ports';
import { eventPath, runAnswer, runPath } from './links';
import { valid } from './requests';
import { runFilterSchema } from './schemas';
import type { GatewayServices } from './services';

/** `GET /runs`: what runs do and did. */
export function runsRouter({ access, runs, visibility, configuration }: GatewayServices): Router {
  const list: RequestHandler = async (request, response) => {
    const { limit, cursor, ...filter } = valid(runFilterSchema, request.query);
    const { project } = await configuration.current();
    const page = await visibility.runs(project, filter, limit, cursor);
    const items = page.items.map((run) => ({
      ...run,
      links: { self: runPath(run.id), event: run.eventId === null ? null : eventPath(run.eventId) },
    }));
    response.json({ runs: items, cursor: page.cursor });
  };

  const show: RequestHandler<{ id: string }> = async (request, response) => {
    response.json(runAnswer(await runs.show(await runId(request.params.id, configuration))));
  };

  return Router().get('/runs', access.required, list).get('/runs/:id', access.required, show);
}

/** A run's id is its workflow id; other workflows, and runs of other projects, cannot be reached by this path. Throws NotFound. */
export async function runId(id: string, configuration: Configuration): Promise<string> {
  const { project } = await configuration.current();
  if (isOfProject('run', project, id)) return id;
  throw new SagalineError('NotFound', `this is not the id of a run of project ${project}`);
}
