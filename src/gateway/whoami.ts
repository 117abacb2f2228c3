import { type RequestHandler, Router } from 'express';
import type { Access } from './authentication';

/** `GET /whoami`: who the token says that one is. */
export function whoamiRouter(access: Access): Router {
  const show: RequestHandler = (request, response) => {
    const { name, role, teams, environments } = access.actorOf(request);
    response.json({ name, role, teams, environments });
  };
  return Router().get('/whoami', access.required, show);
}
