import { type RequestHandler, Router } from 'express';
import type { Access } from './authentication';

/** `GET /whoami`: who the token says that one is. */
export function whoamiRouter(access: Access): Router {
  const show: RequestHandler = async (request, response) => {
    const { name, role, teams } = await access.actor(request);
    response.json({ name, role, teams });
  };
  return Router().get('/whoami', access.required, show);
}
