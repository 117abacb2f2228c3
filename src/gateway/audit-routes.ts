import { type RequestHandler, Router } from 'express';
import { listAudit, verifyAudit } from '../ledger/audit';
import { cursorOf, tokenOf } from './cursor';
import { valid } from './requests';
import { auditFilterSchema, auditHeadSchema } from './schemas';
import type { GatewayServices } from './services';

/** `GET /audit`: who did what, newest first; `GET /audit/check`: whether anybody has changed it since. */
export function auditRouter({ access, ledger }: Pick<GatewayServices, 'access' | 'ledger'>): Router {
  const list: RequestHandler = async (request, response) => {
    const { limit, cursor, ...filter } = valid(auditFilterSchema, request.query);
    const query = JSON.stringify(['audit', filter]);
    const before = cursor === undefined ? undefined : Number(Buffer.from(tokenOf(query, cursor)).toString());
    const found = await ledger.read((db, project) => listAudit(db, project, filter, limit + 1, before));
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    response.json({ audit: page, cursor: last ? cursorOf(query, Buffer.from(String(last.seq))) : null });
  };
  const check: RequestHandler = async (request, response) => {
    const { seq, hash } = valid(auditHeadSchema, request.query);
    const expected = seq === undefined || hash === undefined ? undefined : { seq, hash };
    response.json(await ledger.read((db) => verifyAudit(db, expected)));
  };
  return Router().get('/audit', access.required, list).get('/audit/check', access.required, check);
}
