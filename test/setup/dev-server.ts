import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { freePort } from '../../scripts/setup/listening';
import { searchAttributes } from '../../src/domain/messages';
import { type ProcessGroup, spawnGroup } from '../../src/process';

/** Time in ms for a dev server to become healthy on a machine that is busy with other things. */
const startMs = 60_000;
const graceMs = 5000;

/** A shard of the dev server otherwise reads its queues only 20 times a second, which adds 44 ms to each hop. */
const pollRates = ['transfer', 'timer', 'visibility'].map(
  (name) => `history.${name}ProcessorMaxPollRPS=2000`,
);

export interface DevServer {
  /** `host:port` of the gRPC front end. */
  address: string;
  stop: () => Promise<void>;
}

/** Starts a Temporal dev server on a temporary file; throws with the end of its log when it does not become healthy. */
export async function startDevServer(cli: string): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-test-'));
  const log = join(folder, 'server.log');
  const port = await freePort();
  const output = await open(log, 'w');
  const group = spawnGroup([cli, ...flags(port, folder)], {
    cwd: folder,
    // A set of profiles of the person who runs the tests must not leak into their server.
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    stdio: ['ignore', output.fd, output.fd],
  });
  await output.close();
  const address = `127.0.0.1:${port}`;
  const stop = async () => {
    await group.stop(graceMs);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await healthy(address, group);
  } catch (error) {
    const tail = (await readFile(log, 'utf8')).slice(-2000);
    await stop();
    throw new Error(`the Temporal dev server did not start:\n${tail}`, { cause: error });
  }
  return { address, stop };
}

function flags(port: number, folder: string): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
    ...['--db-filename', join(folder, 'temporal.db'), '--log-level', 'warn'],
    ...['journal_mode=WAL', 'synchronous=FULL'].flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...pollRates.flatMap((value) => ['--dynamic-config-value', value]),
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** Resolves once the namespace can be described: an open port alone comes earlier than that. */
async function healthy(address: string, group: ProcessGroup): Promise<void> {
  const deadline = Date.now() + startMs;
  const exited = group.exited.then((exit) => {
    throw new Error(`it ended with ${exit.code ?? exit.signal ?? 'no exit code'}`);
  });
  const answered = async () => {
    while (!(await describesNamespace(address))) {
      if (Date.now() > deadline) throw new Error(`no answer within ${startMs} ms`);
      await wait(100);
    }
  };
  await Promise.race([answered(), exited]);
}

async function describesNamespace(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 2000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
    } finally {
      await connection.close();
    }
    return true;
  } catch {
    return false;
  }
}
