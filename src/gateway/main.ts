import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { Client } from '@temporalio/client';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { FileConfiguration } from '../adapters/configuration/file';
import { stepLogs } from '../adapters/logs';
import { routers } from '../adapters/routers';
import { TemporalInboxHistories } from '../adapters/workflows/inbox-histories';
import { TemporalLaneHistories } from '../adapters/workflows/lane-histories';
import { TemporalRunHistories } from '../adapters/workflows/run-histories';
import { SourcePackages } from '../adapters/sources/packages';
import { payloadEncryption } from '../codec/data-converter';
import { controlToken, readSettings, type Settings, temporalConnection } from '../config';
import { createLog } from '../log';
import { openLedger } from '../ledger/open';
import { createGateway } from './app';
import { lazyConnection } from './connection';
import type { GatewayDependencies } from './dependencies';
import { KnownTokens } from './issued-tokens';
import { peopleOf } from './people';
import { sourceSecrets } from './secrets';
import { createGatewayServer, createGatewayTlsServer, stopServer } from './server';
import { readTlsPair, renewTls } from './tls';

/** V8 otherwise lets garbage grow to several times what is live, so that memory under load goes up and down by a third. */
const evenHeap = '--heap-growing-percent=20';

/** Milliseconds that open requests have to end after SIGTERM. */
const graceMs = 4_000;

/** The gateway process: says `ready` to its parent when it listens, and ends when its open requests have. */
async function main(): Promise<void> {
  setFlagsFromString(evenHeap);
  const settings = readSettings();
  const log = createLog('gateway', settings.logLevel);
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  const { connectionOptions, namespace = 'default' } = temporalConnection(settings);
  const connection = lazyConnection(connectionOptions);
  const client = new Client({ connection, namespace, ...payloadEncryption(settings.encryption) });
  const app = createGateway(await compose(settings, log, client, namespace));
  const server = await createServer(app, settings, log);
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  log.info({ address: server.address() }, 'listening');
  process.send?.('ready');
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await stopServer(server, graceMs);
  await connection.close();
  if (process.connected) process.disconnect();
}

async function createServer(app: Express, { tls }: Settings, log: Logger) {
  if (!tls) return createGatewayServer(app);
  const pair = await readTlsPair(tls);
  const server = createGatewayTlsServer(app, pair);
  server.once('close', renewTls(server, tls, pair, log));
  return server;
}

async function compose(
  settings: Settings,
  log: Logger,
  client: Client,
  namespace: string,
): Promise<GatewayDependencies> {
  const { state, path } = settings;
  const configuration = new FileConfiguration(settings.configFile, settings.configNamed, log);
  const ledger = settings.databaseUrl
    ? await openLedger(settings.databaseUrl, settings, configuration, log)
    : undefined;
  return {
    client,
    codecOrigin: settings.codecOrigin,
    ledger,
    histories: {
      inboxes: new TemporalInboxHistories(client),
      runs: new TemporalRunHistories(client),
      lanes: new TemporalLaneHistories(client),
    },
    namespace,
    configuration,
    logs: stepLogs(settings),
    routerOf: routers({ state, path }),
    secretsOf: sourceSecrets(settings, configuration),
    writtenSources: new SourcePackages(settings.configFile, configuration, log),
    tokens: ledger && (await KnownTokens.open({ database: ledger.database, configuration, state, log })),
    credentials: peopleOf(settings, configuration, await controlToken(settings), log),
    log,
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
