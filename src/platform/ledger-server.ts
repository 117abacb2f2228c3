import { randomBytes } from 'node:crypto';
import { chown, copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Client } from 'pg';
import { SagalineError } from '../domain/errors';
import { type Account, run } from '../process';
import { readText } from '../target/durable-file';
import { gone, identify } from '../target/process-identity';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries';
import { type Service, startService } from './service';

const user = 'sagaline';
const startLimitMs = 30_000;
const askEveryMs = 50;
/** Milliseconds that a server of an earlier start has to end. */
const predecessorMs = 10_000;

/** PostgreSQL refuses to run as root; `nobody` has these numbers on Linux. */
const nobody: Account = { uid: 65_534, gid: 65_534 };

/** A descriptor as a path: it leads also where the folders above may not be entered. */
const opened = (descriptor: number): string => `/proc/self/fd/${String(descriptor)}`;

export interface LedgerServerOptions {
  /** Folder of the database, its log and its password. */
  folder: string;
  port: number;
  path: string;
  log: Logger;
  /** Settings of PostgreSQL in place of the ledger's own, by name. */
  settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL on a loopback port that is kept running; `url` holds its password. */
export async function startLedgerServer(
  options: LedgerServerOptions,
): Promise<{ service: Service; url: string }> {
  const { folder, port, path, log } = options;
  const account = process.getuid?.() === 0 ? nobody : undefined;
  const binaries = await postgresBinaries(account);
  const data = join(folder, 'data');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const password = await ownPassword(folder);
  if ((await readText(join(data, 'PG_VERSION'))) === undefined)
    await initialise(binaries, { data, folder, path, account });
  await endPredecessor(data, path);
  const url = `postgres://${user}:${password}@127.0.0.1:${String(port)}/postgres`;
  const service = await startService({
    name: 'ledger',
    argv: [binaries.postgres, '-D', account ? opened(5) : data, ...settingsOf(options)],
    env: { PATH: path },
    cwd: '/',
    account,
    openFolder: data,
    logFile: join(folder, 'postgres.log'),
    // At TERM, PostgreSQL waits until the last client has gone.
    endsAt: 'INT',
    untilReady: (_group, signal) => untilAnswering(url, signal),
    log,
  });
  return { service, url };
}

/** Few and small: the ledger is written by a handful of connections, and reading it is rare. */
const usual = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

const settingsOf = ({ port, settings }: LedgerServerOptions): string[] =>
  Object.entries({ ...usual, ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);

async function ownPassword(folder: string): Promise<string> {
  const file = join(folder, 'password');
  const kept = await readText(file);
  if (kept !== undefined && kept !== '') return kept;
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, made, { mode: 0o600 });
  return made;
}

/** Makes the database in a folder beside its own, so that an interruption leaves none that is half made. */
async function initialise(
  { initdb }: PostgresBinaries,
  {
    data,
    folder,
    path,
    account,
  }: { data: string; folder: string; path: string; account: Account | undefined },
): Promise<void> {
  const made = `${data}.new`;
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { mode: 0o700 });
  // A copy, because the other account must own what it opens.
  const passwordFile = join(folder, 'password.new');
  await copyFile(join(folder, 'password'), passwordFile);
  if (account) for (const path of [made, passwordFile]) await chown(path, account.uid, account.gid);
  const handles = await Promise.all([open(made, 'r'), open(passwordFile, 'r')]);
  try {
    const [place, pwfile] = account ? [opened(3), opened(4)] : [made, passwordFile];
    const { exitCode, stderr } = await run(
      [
        initdb,
        ...['-D', place, '-U', user, `--pwfile=${pwfile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C', '--no-instructions'],
      ],
      { cwd: '/', env: { PATH: path }, account, inherited: handles.map(({ fd }) => fd) },
    );
    if (exitCode !== 0)
      throw new SagalineError('TargetUnavailable', `initdb failed: ${stderr.slice(-500).trim()}`);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
    await rm(passwordFile, { force: true });
  }
  await rename(made, data);
}

/** A server whose supervisor was killed may still be ending, and two cannot use one folder. */
async function endPredecessor(data: string, path: string): Promise<void> {
  const pid = Number((await readText(join(data, 'postmaster.pid')))?.split('\n', 1)[0]);
  if (!Number.isInteger(pid) || pid < 1) return;
  const identity = await identify(pid);
  const { stdout } = await run(['ps', '-o', 'command=', '-p', String(pid)], {
    cwd: '/',
    env: { PATH: path },
  });
  // Its number may by now be that of a stranger.
  if (!identity || !stdout.includes('postgres')) return;
  process.kill(pid, 'SIGINT');
  await Promise.race([gone(identity), delay(predecessorMs, undefined, { ref: false })]);
}

async function untilAnswering(url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (signal.aborted || performance.now() > deadline)
        throw new SagalineError('TargetUnavailable', 'the ledger database does not answer', { cause: error });
      await delay(askEveryMs);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
