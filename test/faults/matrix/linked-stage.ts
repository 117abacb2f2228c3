import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startLedgerServer } from '../../../src/platform/ledger-server';
import { freePort } from '../../../src/target/free-port';
import { startDevServer } from '../../setup/dev-server';
import { temporalCliPath } from '../../setup/temporal';
import { type Stage, startStage } from './stage';
import { type Link, startLinks } from './toxiproxy';

export const linked = 'dev server and PostgreSQL, behind toxiproxy';

/** A stage whose platform reaches Temporal and the ledger's database by links that can be disturbed. */
export interface LinkedStage extends Stage {
  links: { temporal: Link; database: Link };
}

/** Starts both servers apart from the platform, and a link to each. */
export async function startLinkedStage(): Promise<LinkedStage> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-links-'));
  await mkdir(join(folder, 'temporal'));
  const databasePort = await freePort();
  const [server, ledger, proxies] = await Promise.all([
    startDevServer(temporalCliPath(), join(folder, 'temporal')),
    startLedgerServer({
      folder: join(folder, 'ledger'),
      port: databasePort,
      path: process.env['PATH'] ?? '',
      log: pino({ level: 'silent' }),
    }),
    startLinks(),
  ]);
  const stopServers = async () => {
    await Promise.all([server.stop(), ledger.service.stop(), proxies.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const temporal = await proxies.to('temporal', Number(server.address.split(':').at(-1)));
    const database = await proxies.to('database', databasePort);
    const url = new URL(ledger.url);
    url.port = String(database.port);
    const stage = await startStage(linked, {
      TEMPORAL_ADDRESS: `127.0.0.1:${String(temporal.port)}`,
      DATABASE_URL: url.href,
    });
    const stop = async () => {
      const left = await stage.stop();
      await stopServers();
      return left;
    };
    return { ...stage, links: { temporal, database }, stop };
  } catch (error) {
    await stopServers();
    throw error;
  }
}
