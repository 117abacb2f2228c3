import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isClosed } from '../../../support/api';
import type { Fault } from '../cell';
import { hasFile, markOf } from '../marks';
import type { Step } from '../moment';
import { untilGone } from '../processes';
import type { Stage } from '../stage';
import { environmentOf, startWorkerLike } from './workers';

/** Between the end of a process and its being noticed. */
const noticedMs = 500;

/**
 * The worker stands still in the midst of a step while another one goes on, and goes on itself when the run is over: what it
 * then does and reports must change nothing. Its script is held until then.
 */
export const stopWorker: Fault = {
  name: 'SIGSTOP of the worker past its heartbeat, then SIGCONT',
  keepsHold: true,
  // Temporal gives attempts to whoever asked for work, also to the worker that stands still: a step may run out of them.
  ends: () => ['succeeded', 'rolled-back', 'failed'],
  async inject({ stage, commit, moment }) {
    const { world, folder } = stage;
    const stopped = await world.kill('worker', 'SIGSTOP');
    const other = await startWorkerLike(await environmentOf(stopped), folder);
    return async () => {
      try {
        await endsBeforeOthers(stage, commit, moment.step, stopped);
        await world.untilRun(commit, isClosed);
      } finally {
        process.kill(stopped, 'SIGCONT');
      }
      await other.stop();
      const stale = markOf(folder, commit, moment.step, 'end', 1);
      if (moment.phase === 'during' && moment.step !== 'release' && (await hasFile(stale)))
        throw new Error('the stale attempt went on to its end');
    };
  },
};

/** The script of the worker that stands still is over before the step is begun again or undone. */
async function endsBeforeOthers(stage: Stage, commit: string, step: Step, stopped: number): Promise<void> {
  await untilGone(join(stage.folder, 'state', 'work', `${String(stopped)}-`), 'the stale script ends');
  const gone = Date.now();
  const marks = [
    markOf(stage.folder, commit, step, 'begin', 2),
    markOf(stage.folder, commit, step, 'undo', 1),
  ];
  for (const mark of marks) {
    const found = await stat(mark).catch(() => undefined);
    if (found && found.mtimeMs < gone - noticedMs)
      throw new Error(`${basename(mark)} came before the stale script's end`);
  }
}
