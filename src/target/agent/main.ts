import { parseArgs } from 'node:util';
import { createLog } from '../../log';
import { z } from 'zod';
import { serveAdmin } from '../admin-server';
import { readJson, writeDurably } from '../durable-file';
import { freePort, isFree } from '../free-port';
import { targetLayout, type TargetLayout } from '../layout';
import { endpointSchema, identify } from '../process-identity';
import { ensureToken } from '../token';
import { InstanceTable } from './instance-table';
import { acquireLock, type Lock } from './lock';
import { capLog } from './log-file';
import { agentOperations } from './operations';
import { PortPool } from './port-pool';
import { RouterProcess } from './router-process';

const log = createLog('agent', 'info');
const housekeepingMs = 5000;
const environmentSchema = z.record(z.string(), z.string());

/** The agent process: keeps router and releases alive until it is told to stop. At most one lives per state folder. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' }, environment: { type: 'string' } } });
  if (values.state === undefined || values.environment === undefined) {
    throw new Error('--state and --environment are needed');
  }
  const env = environmentSchema.parse(JSON.parse(values.environment));
  const layout = targetLayout(values.state);
  const identity = await identify(process.pid);
  const lock = identity && (await acquireLock(layout.locks, identity));
  if (!lock) return;
  const token = await ensureToken(layout);
  const router = new RouterProcess({ state: values.state, layout, token, env, log });
  const context = { env, ports: new PortPool(), log };
  const table = new InstanceTable(layout, context, (lane, instance) => router.drained(lane, instance));
  await table.adopt();
  await router.start();
  const port = await adminPort(layout);
  const stop = async () => {
    await Promise.all([table.stop(), router.stop()]);
    log.info('agent stops');
    server.close(() => process.exit());
  };
  const server = await serveAdmin(port, token, agentOperations(table, stop));
  await writeDurably(layout.agent, { ...identity, port });
  keepHouse(layout, table, lock, stop);
  log.info({ port }, 'agent serves');
}

/** The port of the last agent where it is free, so that addresses outlive an agent. */
async function adminPort(layout: TargetLayout): Promise<number> {
  const known = await readJson(layout.agent, endpointSchema);
  return known && (await isFree(known.port)) ? known.port : freePort();
}

function keepHouse(layout: TargetLayout, table: InstanceTable, lock: Lock, stop: () => Promise<void>): void {
  const timer = setInterval(() => {
    void round().catch((error: unknown) => {
      log.error({ err: error }, 'housekeeping failed');
    });
  }, housekeepingMs);
  const round = async () => {
    if (!(await lock.exists())) {
      // Nobody could ever stop what belongs to a state folder that was removed.
      clearInterval(timer);
      await stop();
      return;
    }
    await Promise.all([table.capLogs(), capLog(layout.agentLog), capLog(layout.routerLog)]);
  };
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, 'agent cannot start');
  process.exit(1);
});
