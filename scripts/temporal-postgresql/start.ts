import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { stringify } from 'yaml';
import { startLedgerServer } from '../../src/platform/ledger-server';
import { minRetentionSeconds } from '../../src/platform/namespace';
import { type Service, startService } from '../../src/platform/service';
import { untilServing } from '../../src/platform/temporal-server';
import { freePort } from '../../src/target/free-port';
import { type Context, runCommand } from '../setup/context';
import { listening } from '../setup/listening';
import { findTemporalForPostgresql } from '../setup/temporal-postgresql';
import { databases, dynamicConfiguration, serverConfiguration } from './configuration';

const schemaMs = 120_000;
const startMs = 60_000;

/** Each of the server's four services has connections of its own to each database, and the platform has some more. */
const databaseSettings = { max_connections: '250', shared_buffers: '256MB' };

/** A running Temporal server on a PostgreSQL of its own. */
export interface TemporalOnPostgresql {
  /** Of Temporal, host:port. */
  address: string;
  /** A database of the same server for the platform's ledger. */
  ledgerUrl: string;
  services: { postgresql: Service; temporal: Service };
  stop: () => Promise<void>;
}

/** Starts both below the folder, with the tables and the namespace `default`. Throws with what is missing. */
export async function startTemporalOnPostgresql(
  folder: string,
  setup: Context,
  log: Logger,
): Promise<TemporalOnPostgresql> {
  const { server, schemaTool } = await findTemporalForPostgresql(setup);
  const path = setup.environment['PATH'] ?? '';
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { service: postgresql, url } = await startLedgerServer({
    ...{ folder: join(folder, 'postgresql'), port: await freePort(), path, log, settings: databaseSettings },
  });
  try {
    const { port, username, password } = new URL(url);
    const database = { port: Number(port), user: username, password };
    await makeTables(schemaTool, database, setup);
    const ledgerUrl = await makeDatabase(url, 'ledger');
    const places = await Promise.all(Array.from({ length: 8 }, freePort));
    const at = (index: number) => ({ grpc: places[index] ?? 0, membership: places[index + 4] ?? 0 });
    const ports = { frontend: at(0), history: at(1), matching: at(2), worker: at(3) };
    const [dynamicFile, file] = [join(folder, 'dynamic.yaml'), join(folder, 'server.yaml')];
    await writeFile(dynamicFile, stringify(dynamicConfiguration()));
    await writeFile(file, stringify(serverConfiguration({ ports, database, dynamicFile })), { mode: 0o600 });
    const address = `127.0.0.1:${String(ports.frontend.grpc)}`;
    const temporal = await startService({
      name: 'temporal',
      argv: [server, '--config-file', file, '--allow-no-auth', 'start'],
      // Go's collector then takes 10 to 16 % of the server's time less, and more memory.
      env: { PATH: path, HOME: folder, GOGC: '400' },
      cwd: folder,
      logFile: join(folder, 'temporal.log'),
      untilReady: (_group, ended) => makeNamespace(address, ports.frontend.grpc, ended),
      log,
    });
    const stop = async () => {
      await temporal.stop();
      await postgresql.stop();
    };
    return { address, ledgerUrl, services: { postgresql, temporal }, stop };
  } catch (error) {
    await postgresql.stop();
    throw error;
  }
}

interface Database {
  port: number;
  user: string;
  password: string;
}

async function makeTables(tool: string, { port, user, password }: Database, setup: Context): Promise<void> {
  const schemas = { temporal: databases.state, visibility: databases.visibility };
  for (const [schema, name] of Object.entries(schemas)) {
    const base = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '--port', String(port), '--db', name];
    const steps = [
      ['create-database'],
      ['setup-schema', '--version', '0.0'],
      ['update-schema', '--schema-name', `postgresql/v12/${schema}`],
    ];
    for (const step of steps) {
      const variables = { SQL_USER: user, SQL_PASSWORD: password };
      const result = await runCommand(setup, [tool, ...base, ...step], { timeoutMs: schemaMs, variables });
      if (result.exitCode !== 0)
        throw new Error(`${step.join(' ')} of ${name}: ${(result.stderr + result.stdout).slice(-500)}`);
    }
  }
}

/** The address of a new database on the same server. */
async function makeDatabase(url: string, name: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** Waits for the server and registers the namespace `default` unless it is there. */
async function makeNamespace(address: string, port: number, ended: AbortSignal): Promise<void> {
  await listening(port, AbortSignal.any([ended, AbortSignal.timeout(startMs)]));
  const connection = await Connection.connect({ address, connectTimeout: startMs });
  try {
    await connection.workflowService.registerNamespace({
      namespace: 'default',
      workflowExecutionRetentionPeriod: { seconds: minRetentionSeconds as never },
    });
  } catch (error) {
    // A server that is started again has it.
    if (!String(error).includes('already exists')) throw error;
  } finally {
    await connection.close();
  }
  await untilServing(address, ended);
}
