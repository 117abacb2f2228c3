import { constants } from 'node:os';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work` with an AbortSignal that a signal to this process aborts, so that what it started is ended and its lock is
 * released; throws an error with the exit code of that signal.
 */
export async function interruptible(work) {
  const controller = new AbortController();
  const listeners = names.map((name) => {
    const listener = () => {
      const error = new Error(`Interrupted by ${name}.`);
      controller.abort(Object.assign(error, { exitCode: 128 + constants.signals[name] }));
    };
    process.once(name, listener);
    return [name, listener];
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    // What an interrupted child says of its end is not the reason.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    for (const [name, listener] of listeners) process.removeListener(name, listener);
  }
}
