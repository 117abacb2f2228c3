import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startLedgerServer } from '../../../src/platform/ledger-server';
import { type Service, startService, untilItSaysReady } from '../../../src/platform/service';
import { freePort } from '../../../src/target/free-port';
import { targetLayout } from '../../../src/target/layout';
import { endpointSchema } from '../../../src/target/process-identity';
import { startDevServer } from '../../setup/dev-server';
import { temporalCliPath } from '../../setup/temporal';
import { built, endWorker } from './faults/workers';
import { type Stage, startStage } from './stage';
import { type Link, type Links, startLinks } from './toxiproxy';

/** Who reaches what by a link of its own. */
export const linkNames = [
  'gateway – Temporal',
  'gateway – PostgreSQL',
  'worker – Temporal',
  'worker – PostgreSQL',
  'worker – target',
  'others – router',
] as const;
export type LinkName = (typeof linkNames)[number];

/** A stage whose parts reach each other by links that can be disturbed. */
export interface LinkedStage extends Stage {
  links: Record<LinkName, Link>;
}

/** What a process reaches outside the platform. */
interface Servers {
  temporal: Link;
  database: Link;
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
  const linksOf = async (name: string): Promise<Servers> => ({
    temporal: await proxies.to(`${name}-temporal`, Number(server.address.split(':').at(-1))),
    database: await proxies.to(`${name}-database`, databasePort),
  });
  const reachedBy = ({ temporal, database }: Servers) => ({
    TEMPORAL_ADDRESS: `127.0.0.1:${String(temporal.port)}`,
    DATABASE_URL: Object.assign(new URL(ledger.url), { port: String(database.port) }).href,
  });
  try {
    const [ofGateway, ofWorker] = [await linksOf('gateway'), await linksOf('worker')];
    const stage = await startStage('dev server and PostgreSQL, behind toxiproxy', reachedBy(ofGateway));
    const layout = targetLayout(stage.world.state);
    const links = {
      'gateway – Temporal': ofGateway.temporal,
      'gateway – PostgreSQL': ofGateway.database,
      'worker – Temporal': ofWorker.temporal,
      'worker – PostgreSQL': ofWorker.database,
      'worker – target': await putBefore(proxies, 'agent', layout.agent),
      'others – router': await putBefore(proxies, 'router', layout.router),
    };
    const worker = await replaceWorker(stage, reachedBy(ofWorker));
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

/** A link to the interface that a file names, which names the link from now on. */
async function putBefore(proxies: Links, name: string, file: string): Promise<Link> {
  const endpoint = endpointSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const link = await proxies.to(name, endpoint.port);
  await writeFile(file, JSON.stringify({ ...endpoint, port: link.port }));
  return link;
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
