import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves once something listens on this port of 127.0.0.1; throws when the signal is aborted first. */
export async function listening(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect', { signal });
      return;
    } catch {
      signal.throwIfAborted();
      await wait(50, undefined, { signal });
    } finally {
      socket.destroy();
    }
  }
}
