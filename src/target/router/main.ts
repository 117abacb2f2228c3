import { parseArgs } from 'node:util';
import { createLog } from '../../log';
import { serveAdmin } from '../admin-server';
import { targetLayout } from '../layout';
import { ensureToken } from '../token';
import { HeldSockets } from './held-sockets';
import { LaneTable } from './lane-table';
import { routerOperations } from './operations';

const log = createLog('router', 'info');

/** The router process: serves every lane until it is killed. Started by the agent, which chooses the admin port. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' }, port: { type: 'string' } } });
  if (values.state === undefined || values.port === undefined)
    throw new Error('--state and --port are needed');
  const layout = targetLayout(values.state);
  const sockets = new HeldSockets();
  await sockets.receive();
  const table = new LaneTable(layout.lanes, sockets, log);
  await table.load();
  await serveAdmin(Number(values.port), await ensureToken(layout), routerOperations(table));
  log.info({ port: Number(values.port), lanes: table.all().length }, 'router serves');
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, 'router cannot start');
  process.exit(1);
});
