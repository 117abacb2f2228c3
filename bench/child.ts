import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Starts a worker process of a bench, in a process group of its own: Ctrl-C is for the bench, which would wait for ever for a
 * worker that has obeyed it. It ends when its parent has ended. Resolves with a function that ends it, once it polls; rejects when
 * it ends before.
 */
export async function startChild(entry: string, args: string[]): Promise<() => void> {
  const child = fork(join(__dirname, entry), args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${entry} has ended`)));
  await Promise.race([once(child, 'message'), ended]);
  // It has done its part when it is ended.
  ended.catch(() => undefined);
  return () => void child.kill('SIGKILL');
}
