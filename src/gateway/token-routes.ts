import { type RequestHandler, Router } from 'express';
import { type ApiToken, isTokenId, tokenStatus } from '../domain/api-token';
import { milliseconds } from '../domain/duration';
import { firstAdminName, type PlatformConfiguration } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import { insertToken, listTokens, revokeToken } from '../ledger/tokens';
import { type Actor, firstAdmin } from './authentication';
import { controlBody } from './requests';
import { actionSchema, type NewToken, newTokenSchema } from './schemas';
import type { GatewayServices } from './services';
import { newTokenSecret } from './token-secret';

/** `/tokens`: what admins hand out to machines and people; the secret is in the answer that made it, and nowhere else. */
export function tokensRouter(
  { access, bodies, configuration, ledger }: GatewayServices,
  refresh: () => Promise<void>,
): Router {
  const list: RequestHandler = async (_request, response) => {
    const tokens = await ledger.read(listTokens);
    response.json({ tokens: tokens.map(answer) });
  };

  const create: RequestHandler = async (request, response) => {
    const wanted = await controlBody(bodies, request, response, newTokenSchema);
    const { text, token } = made(wanted, access.actorOf(request), await configuration.current());
    await ledger.read((db) => insertToken(db, token));
    await refresh();
    response.status(201).json({ ...answer(token), token: text });
  };

  const revoke: RequestHandler<{ id: string }> = async (request, response) => {
    const { id } = request.params;
    await controlBody(bodies, request, response, actionSchema);
    if (!isTokenId(id)) throw new SagalineError('NotFound', 'this is not the id of a token');
    const by = { at: new Date().toISOString(), actor: access.actorOf(request).name };
    const token = await ledger.read((db, project) => revokeToken(db, project, id, by));
    await refresh();
    response.json(answer(token));
  };

  const { adminOnly } = access;
  return Router()
    .get('/tokens', adminOnly, list)
    .post('/tokens', adminOnly, create)
    .post('/tokens/:id/revoke', adminOnly, revoke);
}

/** A token as it is asked for. Throws NotAllowed for projects that are not the maker's, WrongState for the name of a person. */
function made(
  { name, role, projects, environments, expiresIn }: NewToken,
  maker: Actor,
  { project, people, environments: known }: PlatformConfiguration,
): { text: string; token: ApiToken } {
  if (name === firstAdminName || people.some((person) => person.name === name))
    throw new SagalineError(
      'WrongState',
      `${name} is somebody in sagaline.yaml; give the token another name`,
    );
  if (projects?.some((other) => other !== project) && maker.name !== firstAdmin.name)
    throw new SagalineError(
      'NotAllowed',
      `only ${firstAdmin.name} makes tokens for projects beside ${project}`,
    );
  const unknown = environments?.filter((one) => !known.some((environment) => environment.name === one)) ?? [];
  if (unknown.length > 0)
    throw new SagalineError('NotFound', `sagaline.yaml has no environment ${unknown.join(', ')}`);
  const now = Date.now();
  const { id, hash, text } = newTokenSecret();
  const token: ApiToken = {
    ...{ id, name, role, hash, projects: projects ?? [project], environments: environments ?? null },
    ...{ createdAt: new Date(now).toISOString(), createdBy: maker.name },
    expiresAt: expiresIn === 'never' ? null : new Date(now + milliseconds(expiresIn)).toISOString(),
    ...{ revokedAt: null, revokedBy: null },
  };
  return { text, token };
}

function answer({ hash: _, ...token }: ApiToken) {
  return { ...token, status: tokenStatus(token, new Date().toISOString()) };
}
