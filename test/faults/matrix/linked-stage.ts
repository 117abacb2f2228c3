import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startLedgerServer } from '../../../src/platform/ledger-server';
import { type Service, startService, untilItSaysReady } from '../../../src/platform/service';
import { freePort } from '../../../src/target/free-port';
import { startDevServer } from '../../setup/dev-server';
import { temporalCliPath } from '../../setup/temporal';
import { built, endWorker } from './faults/workers';
import { type Stage, startStage } from './stage';
import { type Link, startLinks } from './toxiproxy';

/** A stage whose gateway and worker reach Temporal and the ledger's database by links of their own. */
export interface LinkedStage extends Stage {
  links: Record<'gateway' | 'worker', Record<'temporal' | 'database', Link>>;
}

const silent = pino({ level: 'silent' });

/** Starts both servers apart from the platform, and a link of each process to each of them. */
export async function startLinkedStage(): Promise<LinkedStage> {
  const proxies = await startLinks();
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-links-'));
  await mkdir(join(folder, 'temporal'));
  const databasePort = await freePort();
  const [server, ledger] = await Promise.all([
    startDevServer(temporalCliPath(), join(folder, 'temporal')),
    startLedgerServer({
      ...{ folder: join(folder, 'ledger'), port: databasePort, log: silent },
      path: process.env['PATH'] ?? '',
    }),
  ]);
  const stopServers = async () => {
    await Promise.all([server.stop(), ledger.service.stop(), proxies.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const linksOf = async (name: string) => ({
    temporal: await proxies.to(`${name}-temporal`, Number(server.address.split(':').at(-1))),
    database: await proxies.to(`${name}-database`, databasePort),
  });
  const reachedBy = ({ temporal, database }: LinkedStage['links']['worker']) => ({
    TEMPORAL_ADDRESS: `127.0.0.1:${String(temporal.port)}`,
    DATABASE_URL: Object.assign(new URL(ledger.url), { port: String(database.port) }).href,
  });
  try {
    const links = { gateway: await linksOf('gateway'), worker: await linksOf('worker') };
    const stage = await startStage('dev server and PostgreSQL, behind toxiproxy', reachedBy(links.gateway));
    const worker = await replaceWorker(stage, reachedBy(links.worker));
    const stop = async () => {
      await worker.stop();
      const left = await stage.stop();
      await stopServers();
      return left;
    };
    return { ...stage, kept: [...stage.kept, folder], links, stop };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

/** A worker in the place of the platform's own, whose supervisor stands still from now on; it is started again, too. */
async function replaceWorker(stage: Stage, change: Record<string, string>): Promise<Service> {
  const { env } = await endWorker(stage);
  const { folder } = stage;
  return startService({
    name: 'worker',
    argv: [process.execPath, join(built, 'workers/main.js')],
    env: { ...env, ...change },
    cwd: folder,
    logFile: join(folder, 'state', 'logs', 'worker.log'),
    untilReady: untilItSaysReady,
    log: silent,
  });
}
