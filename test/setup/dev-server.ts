import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devServerArguments, untilServing } from '../../src/platform/temporal-server';
import { endingWithUs } from '../../src/guard';
import { type Exit, spawnGroup } from '../../src/process';
import { freePort } from '../../src/target/free-port';

const graceMs = 5000;

export interface DevServer {
  /** `host:port` of the gRPC front end. */
  address: string;
  stop: () => Promise<void>;
}

/** Starts a Temporal dev server on a file in `folder`; throws with the end of its log when it does not become healthy. */
export async function startDevServer(cli: string, folder: string): Promise<DevServer> {
  const log = join(folder, 'server.log');
  const port = await freePort();
  const uiPort = await freePort(new Set([port]));
  const output = await open(log, 'w');
  const argv = [cli, ...devServerArguments({ folder, port, uiPort }), '--headless'];
  const group = spawnGroup(endingWithUs(argv, 'TERM'), {
    cwd: folder,
    // A set of profiles of the person who runs the tests must not leak into their server.
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    stdio: ['ignore', output.fd, output.fd, 'pipe'],
  });
  await output.close();
  const address = `127.0.0.1:${port}`;
  const stop = () => group.stop(graceMs);
  try {
    await untilHealthy(address, group.exited);
  } catch (error) {
    const tail = (await readFile(log, 'utf8')).slice(-2000);
    await stop();
    throw new Error(`the Temporal dev server did not start:\n${tail}`, { cause: error });
  }
  return { address, stop };
}

/** Resolves once the server serves; throws at once when it has ended instead. */
async function untilHealthy(address: string, exited: Promise<Exit>): Promise<void> {
  const waiting = new AbortController();
  const ended = exited.then(({ code, signal }) => {
    throw new Error(`it ended with ${code ?? signal ?? 'no exit code'}`);
  });
  try {
    await Promise.race([untilServing(address, waiting.signal), ended]);
  } finally {
    waiting.abort();
    ended.catch(() => undefined);
  }
}
