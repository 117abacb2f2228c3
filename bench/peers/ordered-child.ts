import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Measured, Order } from './contender';

const readyMs = 60_000;
const orderMs = 2 * 60_000;

/** A process that executes orders. */
export interface OrderedChild {
  measure: (order: Order) => Promise<Measured>;
  stop: () => void;
}

/** Starts a peer's program by that Node; resolves when it is ready. Rejects when it ends before, or takes longer than a minute. */
export async function startOrderedChild(
  entry: string,
  args: string[],
  execPath = process.execPath,
): Promise<OrderedChild> {
  // What it says on stdout is its own; nothing of a peer belongs into the table.
  const child = fork(join(__dirname, entry), args, {
    execPath,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = () => void child.kill('SIGKILL');
  try {
    await messageOf(child, entry, readyMs);
  } catch (error) {
    stop();
    throw error;
  }
  return {
    stop,
    async measure(order) {
      const answer = messageOf(child, entry, orderMs);
      child.send(order);
      const { measured, error } = (await answer) as { measured?: Measured; error?: string };
      if (measured === undefined) throw new Error(`${entry}: ${error ?? 'no answer'}`);
      return measured;
    },
  };
}

async function messageOf(child: ChildProcess, entry: string, limitMs: number): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  const limit = AbortSignal.timeout(limitMs);
  const message = once(child, 'message', { signal: AbortSignal.any([signal, limit]) });
  const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error(`${entry} has ended`)));
  try {
    const [value] = (await Promise.race([message, ended])) as [unknown];
    return value;
  } catch (error) {
    if (limit.aborted) throw new Error(`${entry} did not answer in time`, { cause: error });
    throw error;
  } finally {
    settled.abort();
    for (const one of [message, ended]) one.catch(() => undefined);
  }
}
