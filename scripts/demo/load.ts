import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer } from './answers';

/** A steady stream of requests from a process of its own. */
export interface Load {
  /** Ends the stream and returns when the last answers have arrived. */
  stop: () => Promise<void>;
}

/**
 * Sends `perSecond` requests a second to `url` until it is stopped. Each answer is added to `answers` within a tenth of a
 * second; `failed` hears of an early end of the process.
 */
export function startLoad(
  url: string,
  perSecond: number,
  answers: Answer[],
  failed: (error: Error) => void,
  program = join(__dirname, 'load-process.js'),
): Load {
  const child = fork(program, [url, String(perSecond)], { env: {} });
  const exited = once(child, 'exit');
  let isStopping = false;
  child.on('message', (batch) => {
    answers.push(...(batch as Answer[]));
  });
  exited
    .then(([code]) => {
      if (!isStopping) failed(new Error(`the load generator ended with code ${String(code)}`));
    })
    .catch(failed);
  return {
    async stop() {
      if (isStopping) return;
      isStopping = true;
      if (child.connected) child.send('stop');
      await exited;
    },
  };
}
