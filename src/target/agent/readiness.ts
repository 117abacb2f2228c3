import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 50;
const probeTimeoutMs = 1000;

/** Asks until the path answers with a 2xx; false when `signal` ends the wait before. */
export async function isReady(port: number, path: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const status = await probe(port, path, signal);
    if (status !== undefined && status >= 200 && status < 300) return true;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Status of one request, or undefined without an answer. */
async function probe(port: number, path: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const call = request({ host: '127.0.0.1', port, path, agent: false, timeout: probeTimeoutMs, signal });
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  } catch {
    return undefined;
  }
}
