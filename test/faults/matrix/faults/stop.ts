import { join } from 'node:path';
import { isClosed } from '../../../support/api';
import type { Fault } from '../cell';
import { hasFile, markOf } from '../marks';
import { untilGone } from '../processes';
import { environmentOf, startWorkerLike } from './workers';

/**
 * The worker stands still in the midst of a step while another one goes on, and goes on itself when the run is over: what it
 * then does and reports must change nothing. Its script is held until then.
 */
export const stopWorker: Fault = {
  name: 'SIGSTOP of the worker past its heartbeat, then SIGCONT',
  keepsHold: true,
  // Temporal gives attempts to whoever asked for work, also to the worker that stands still: a step may run out of them.
  ends: () => ['succeeded', 'rolled-back', 'failed'],
  async inject({ stage: { world, folder }, commit, moment }) {
    const stopped = await world.kill('worker', 'SIGSTOP');
    const other = await startWorkerLike(await environmentOf(stopped), folder);
    return async () => {
      try {
        await world.untilRun(commit, isClosed);
      } finally {
        process.kill(stopped, 'SIGCONT');
      }
      await untilGone(join(folder, 'state', 'work', `${String(stopped)}-`), 'the stale script ends');
      await other.stop();
      const stale = markOf(folder, commit, moment.step, 'end', 1);
      if (moment.phase === 'during' && moment.step !== 'release' && (await hasFile(stale)))
        throw new Error('the stale attempt went on to its end');
    };
  },
};
