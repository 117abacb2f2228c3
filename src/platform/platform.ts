import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import { controlToken, type Settings, temporalConnection, tokenFile } from '../config';
import { freePort, isFree } from '../target/free-port';
import { startLedgerServer } from './ledger-server';
import { prepareNamespace } from './namespace';
import { claimState, recordPlatform, releaseState } from './record';
import { type Service, startService, untilItSaysReady } from './service';
import { startTemporalServer } from './temporal-server';

const usualTemporalPort = 7233;
const usualUiPort = 8233;

/** A running platform. */
export interface Platform {
  /** Address of the gateway, such as http://127.0.0.1:8080. */
  gateway: string;
  /** Address of Temporal's Web UI; undefined when the server is not ours. */
  webUi: string | undefined;
  /** host:port of Temporal. */
  temporal: string;
  namespace: string;
  token: string;
  tokenFile: string;
  /** Pids by service name. */
  pids: () => Record<string, number>;
  /** Stops gateway, worker and Temporal; releases keep serving. */
  stop: () => Promise<void>;
}

/** Starts Temporal (unless the environment names one), worker and gateway on one state folder. */
export async function startPlatform(settings: Settings, log: Logger): Promise<Platform> {
  await mkdir(join(settings.state, 'logs'), { recursive: true, mode: 0o700 });
  await claimState(settings.state);
  const services = new Map<string, Service>();
  const stop = async () => {
    for (const service of [...services.values()].reverse()) await service.stop();
    await releaseState(settings.state);
  };
  try {
    const { server, database } = await startServers(settings, services, log);
    const environment = {
      ...(server?.environment ?? settings.environment),
      SAGALINE_STATE: settings.state,
      ...(database !== undefined && { DATABASE_URL: database }),
    };
    const { connectionOptions, namespace = 'default' } = temporalConnection({ ...settings, environment });
    const connection = await Connection.connect(connectionOptions);
    await prepareNamespace(connection, namespace, log);
    await connection.close();

    const token = await controlToken(settings);
    const port = await choosePort(settings.port);
    const child = async (name: string, entry: string, extra: Record<string, string> = {}) => {
      const service = await startService({
        name,
        argv: [process.execPath, join(__dirname, '..', '..', entry)],
        env: { ...environment, ...extra },
        cwd: process.cwd(),
        logFile: join(settings.state, 'logs', `${name}.log`),
        untilReady: untilItSaysReady,
        log,
      });
      services.set(name, service);
    };
    const starts = await Promise.allSettled([
      child('worker', 'workers/main.js'),
      child('gateway', 'src/gateway/main.js', { SAGALINE_PORT: String(port) }),
    ]);
    for (const start of starts) if (start.status === 'rejected') throw start.reason as Error;
    const platform: Platform = {
      gateway: `${settings.tls ? 'https' : 'http'}://${settings.host}:${port}`,
      webUi: server?.webUi,
      temporal: connectionOptions.address ?? `127.0.0.1:${usualTemporalPort}`,
      namespace,
      token,
      tokenFile: tokenFile(settings),
      pids: () => Object.fromEntries([...services].map(([name, service]) => [name, service.pid() ?? 0])),
      stop,
    };
    const { gateway, webUi, temporal } = platform;
    await recordPlatform(settings.state, { gateway, webUi, temporal, pids: platform.pids() });
    return platform;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts what the platform brings where the environment names nothing else: Temporal, and the ledger's database. */
async function startServers(settings: Settings, services: Map<string, Service>, log: Logger) {
  const [ledger, temporal] = await Promise.allSettled([
    settings.databaseUrl === undefined ? startLedger(settings, log) : undefined,
    settings.temporalNamed ? undefined : startServer(settings, log),
  ]);
  const started = ledger.status === 'fulfilled' ? ledger.value : undefined;
  // The one that did start is stopped with all others when the other one did not.
  if (started) services.set('ledger', started.service);
  if (temporal.status === 'rejected') throw temporal.reason as Error;
  if (temporal.value) services.set('temporal', temporal.value.service);
  return { server: temporal.value, database: started?.url };
}

/** Undefined, with the reason in the log, where it does not start: releases go on without a ledger. */
async function startLedger({ state, path }: Settings, log: Logger) {
  try {
    return await startLedgerServer({ folder: join(state, 'ledger'), port: await freePort(), path, log });
  } catch (error) {
    log.error({ err: error }, 'the ledger does not start; events and runs go on without it');
    return undefined;
  }
}

async function startServer(settings: Settings, log: Logger) {
  const port = await choosePort(usualTemporalPort);
  const uiPort = await choosePort(usualUiPort);
  const service = await startTemporalServer({
    cli: settings.temporalCli,
    folder: join(settings.state, 'temporal'),
    port,
    uiPort,
    env: { PATH: settings.path, HOME: settings.state },
    log,
  });
  const profile = join(settings.state, 'temporal', 'profile.toml');
  await writeFile(profile, `[profile.default]\naddress = "127.0.0.1:${port}"\nnamespace = "default"\n`);
  // What somebody's shell or profile file says of another Temporal server must not reach ours.
  // Nor must a deployment of another server: nobody would make its version the current one here, and nothing would run.
  const foreign = /^(TEMPORAL_|SAGALINE_(DEPLOYMENT|BUILD_ID)$)/;
  const own = Object.entries(settings.environment).filter(([name]) => !foreign.test(name));
  const environment = {
    ...Object.fromEntries(own),
    TEMPORAL_CONFIG_FILE: profile,
  };
  return { service, webUi: `http://127.0.0.1:${uiPort}`, environment };
}

/** The wanted port, or a free one when somebody has it. */
async function choosePort(wanted: number): Promise<number> {
  return wanted !== 0 && (await isFree(wanted)) ? wanted : freePort();
}
