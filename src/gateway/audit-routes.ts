import { type RequestHandler, Router } from 'express';
import { listAudit, verifyAudit } from '../ledger/audit';
import { pageOf, placeIn } from './cursor';
import { valid } from './requests';
import { auditFilterSchema, auditHeadSchema } from './schemas';
import type { GatewayServices } from './services';

/** `GET /audit`: who did what, newest first; `GET /audit/check`: whether anybody has changed it since. */
export function auditRouter({ access, ledger }: Pick<GatewayServices, 'access' | 'ledger'>): Router {
  const list: RequestHandler = async (request, response) => {
    const { limit, cursor, ...filter } = valid(auditFilterSchema, request.query);
    const query = JSON.stringify(['audit', filter]);
    const before = placeIn(query, cursor) as number | undefined;
    const found = await ledger.read((db, project) => listAudit(db, project, filter, limit + 1, before));
    const listed = pageOf(query, found, limit, ({ seq }) => seq);
    response.json({ audit: listed.page, cursor: listed.cursor });
  };
  const check: RequestHandler = async (request, response) => {
    const { seq, hash } = valid(auditHeadSchema, request.query);
    const expected = seq === undefined || hash === undefined ? undefined : { seq, hash };
    response.json(await ledger.read((db) => verifyAudit(db, expected)));
  };
  return Router().get('/audit', access.required, list).get('/audit/check', access.required, check);
}
