import { type RequestHandler, Router } from 'express';
import { SagalineError } from '../domain/errors';
import { valueMasker } from '../domain/redact-value';
import { maskedRuns } from '../ledger/masked-runs';
import { rebuild } from '../ledger/rebuild';
import type { GatewayDependencies } from './dependencies';
import { noLedger } from './ledger-reads';
import { controlBody } from './requests';
import { rebuildSchema } from './schemas';
import type { GatewayServices } from './services';

/** `POST /ledger/rebuild`: fills the ledger from the histories; the answer is one JSON line for each inbox that was read. */
export function ledgerRouter(
  { access, bodies }: Pick<GatewayServices, 'access' | 'bodies'>,
  { ledger, histories, log }: Pick<GatewayDependencies, 'ledger' | 'histories' | 'log'>,
): Router {
  const start: RequestHandler = async (request, response) => {
    const { since } = await controlBody(bodies, request, response, rebuildSchema);
    if (!ledger) throw noLedger();
    const redact = valueMasker(await ledger.secrets());
    const masked = { ...histories, runs: maskedRuns(histories.runs, () => ledger.secrets()) };
    const steps = rebuild(ledger.database, masked, new Date(since).toISOString(), redact);
    response.status(200).type('application/x-ndjson');
    const say = (line: object) => response.write(`${JSON.stringify(line)}\n`);
    try {
      for await (const step of steps) {
        // Who has gone away wants no further work.
        if (response.destroyed) return;
        say({ ...step, done: false });
      }
      say({ done: true });
    } catch (error) {
      log.error({ err: error }, 'the ledger cannot be rebuilt now');
      say({
        done: false,
        problem: error instanceof SagalineError ? error.detail : 'the log of the gateway says why',
      });
    }
    response.end();
  };
  return Router().post('/ledger/rebuild', access.adminOnly, start);
}
