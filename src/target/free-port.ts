import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take source ports of outgoing connections: a port from there could be lost
 * to a stranger while its owner restarts.
 */
const first = 20_000;
const last = 32_000;
const attempts = 100;

/** A loopback port on which nobody listens at this moment, and which is not in `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(first, last);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${String(first)} and ${String(last)}`);
}

/** Whether a listener can be opened on the loopback port. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
