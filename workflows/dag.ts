import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Plan, PlannedStep } from '../src/domain/expand';
import { neverStarted, readySteps } from '../src/domain/plan';
import type { Board } from './board';
import { failureOf } from './failures';

/**
 * Executes the steps of a pipeline as soon as what they need has succeeded. The first failure cancels the
 * others, and is thrown only when nothing runs any more, so that undoing never overlaps doing.
 */
export async function executeDag(
  pipeline: Plan,
  board: Board,
  execute: (step: PlannedStep) => Promise<string>,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  let failure: unknown;
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const launch = () => {
      for (const step of readySteps(pipeline, board.states())) {
        board.step(step.id, 'running');
        running.set(step.id, finished(step));
      }
    };
    const finished = async (step: PlannedStep): Promise<void> => {
      try {
        board.step(step.id, 'succeeded', await execute(step));
      } catch (error) {
        failure ??= error;
        board.step(step.id, isCancellation(error) ? 'cancelled' : 'failed', failureOf(error).message);
        scope.cancel();
      }
      running.delete(step.id);
      launch();
    };
    launch();
    while (running.size > 0) await Promise.race(running.values());
  });
  for (const id of neverStarted(pipeline, board.states())) board.step(id, 'skipped');
  if (failure !== undefined) throw failure as Error;
}
