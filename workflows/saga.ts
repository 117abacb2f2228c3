import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { Resolution } from '../src/domain/operator';
import type { RunInput } from '../src/domain/run';
import { alert } from './alert';
import type { Board } from './board';
import { failureOf, hasType } from './failures';
import { resolveUpdate } from './messages';

/** A run's memory of how to undo itself: registered before a step acts, executed last in, first out. */
export interface Saga {
  register: (step: string, undo: () => Promise<void>) => void;
  /** Whether anything has to be undone. */
  isEmpty: () => boolean;
  /** Undoes everything; returns only when each undo is done, or a person has said that it is. */
  compensate: () => Promise<void>;
}

export function createSaga(board: Board, input: RunInput): Saga {
  const undos: { step: string; undo: () => Promise<void> }[] = [];
  let stuck: string | undefined;
  let resolution: Resolution | undefined;

  setHandler(
    resolveUpdate,
    (said) => {
      resolution = said;
      return board.view();
    },
    {
      validator: ({ step }) => {
        if (stuck === step) return;
        const detail = stuck ? `the undo of ${stuck} waits, not of ${step}` : 'no undo waits for a decision';
        throw ApplicationFailure.nonRetryable(detail, 'WrongState');
      },
    },
  );

  const decided = async (step: string, problem: string): Promise<Resolution> => {
    board.compensation(step, 'failed', problem);
    board.status('needs-human', `the undo of ${step} keeps failing: ${problem}`);
    stuck = step;
    resolution = undefined;
    alert(input, board, step, 'undo-keeps-failing', `the undo of ${step} keeps failing: ${problem}`);
    await condition(() => resolution !== undefined);
    stuck = undefined;
    board.status('running');
    // condition() has seen it set; the type system cannot.
    return resolution as unknown as Resolution;
  };

  const undoOne = async ({ step, undo }: (typeof undos)[number]): Promise<void> => {
    for (;;) {
      board.compensation(step, 'running');
      try {
        await undo();
        board.compensation(step, 'succeeded');
        return;
      } catch (error) {
        // A newer generation has replaced what this undo would restore: there is nothing left to undo.
        if (hasType(error, 'StaleGeneration')) {
          board.compensation(step, 'succeeded', 'a newer generation owns the lane');
          return;
        }
        const { action, reason, actor } = await decided(step, failureOf(error).message);
        if (action === 'retry') continue;
        board.compensation(step, action === 'skip' ? 'skipped' : 'succeeded', `${actor}: ${reason}`);
        return;
      }
    }
  };

  return {
    register(step, undo) {
      undos.push({ step, undo });
      board.planned(step);
    },
    isEmpty: () => undos.length === 0,
    compensate: () =>
      CancellationScope.nonCancellable(async () => {
        for (let entry = undos.pop(); entry; entry = undos.pop()) await undoOne(entry);
      }),
  };
}
