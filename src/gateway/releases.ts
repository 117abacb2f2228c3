import { type RequestHandler, Router } from 'express';
import { listReleases, type ReleasePosition } from '../ledger/releases';
import { pageOf, placeIn } from './cursor';
import { eventPath, lanePath, runPath } from './links';
import { valid } from './requests';
import { releaseFilterSchema } from './schemas';
import type { GatewayServices } from './services';

/** `GET /releases`: what was released where and when, newest first. */
export function releasesRouter({ access, ledger }: Pick<GatewayServices, 'access' | 'ledger'>): Router {
  const list: RequestHandler = async (request, response) => {
    const { limit, cursor, ...filter } = valid(releaseFilterSchema, request.query);
    const query = JSON.stringify(['releases', filter]);
    const after = placeIn(query, cursor) as ReleasePosition | undefined;
    const found = await ledger.read((db, project) => listReleases(db, project, filter, limit + 1, after));
    const listed = pageOf(query, found, limit, ({ beganAt, id }) => ({ beganAt, id }));
    const releases = listed.page.map((release) => {
      const { service, environment, runId, eventId } = release;
      const links = {
        lane: lanePath(service, environment),
        run: runPath(runId),
        event: eventId === null ? null : eventPath(eventId),
      };
      return { ...release, links };
    });
    response.json({ releases, cursor: listed.cursor });
  };
  return Router().get('/releases', access.required, list);
}
