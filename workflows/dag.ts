import { ApplicationFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Plan, PlannedStep } from '../src/domain/expand';
import { hasFailed, neverStarted, readySteps, unfinished } from '../src/domain/plan';
import type { Board } from './board';
import { failureOf } from './failures';

/** How the steps of a plan are executed. */
export interface Execution {
  /** Executes one step and returns the line that the run shows for it. */
  execute: (step: PlannedStep) => Promise<string>;
  /** The condition that keeps the step from being executed; throws when one cannot be evaluated. */
  unwanted: (step: PlannedStep) => string | undefined;
  /** Called once with a function that ends the execution with this failure. */
  stoppable: (stop: (failure: Error) => void) => void;
  /** Steps that begin in one workflow task; the next ones wait a moment, because a task's commands may have 4 MiB. */
  atOnce: number;
}

/** Long enough for a workflow task of its own. */
const pause = () => sleep(1);

/**
 * Executes the steps of a plan as soon as what they need is done. The first failure cancels the others, and is thrown
 * only when nothing runs any more, so that undoing never overlaps doing.
 */
export async function executeDag(plan: Plan, board: Board, execution: Execution): Promise<void> {
  let running = 0;
  let failure: unknown;
  await CancellationScope.cancellable(
    () =>
      new Promise<void>((allDone) => {
        const scope = CancellationScope.current();
        const fail = (error: unknown) => {
          failure ??= error;
          scope.cancel();
        };
        const launch = () => {
          let ahead = 0;
          let turn: Promise<void> | undefined;
          for (let ready = next(); ready.length > 0; ready = next()) {
            for (const step of ready) {
              if (failure !== undefined) break;
              if (ahead > 0 && ahead % execution.atOnce === 0) turn = (turn ?? Promise.resolve()).then(pause);
              if (begin(step, turn)) ahead += 1;
            }
          }
          if (running === 0) allDone();
        };
        const next = () => (failure === undefined ? readySteps(plan, board.states()) : []);
        const begin = (step: PlannedStep, turn: Promise<void> | undefined): boolean => {
          try {
            const condition = execution.unwanted(step);
            if (condition !== undefined) {
              // It counts as done, which can make others ready at once.
              board.step(step.id, 'skipped', `not wanted: ${condition}`);
              return false;
            }
          } catch (error) {
            // A condition without an answer is no reason to leave a step out.
            failed(step, error);
            return false;
          }
          running += 1;
          board.step(step.id, 'running');
          void finished(step, turn);
          return true;
        };
        const failed = (step: PlannedStep, error: unknown): void => {
          board.step(step.id, isCancellation(error) ? 'cancelled' : 'failed', failureOf(error).message);
          if (hasFailed(plan, board.states())) fail(error);
        };
        const finished = async (step: PlannedStep, turn: Promise<void> | undefined): Promise<void> => {
          try {
            if (turn) await turn;
            board.step(step.id, 'succeeded', await execution.execute(step));
          } catch (error) {
            failed(step, error);
          }
          running -= 1;
          launch();
        };
        execution.stoppable(fail);
        launch();
      }),
  );
  const open = failure === undefined ? unfinished(plan, board.states()) : [];
  if (open.length > 0) {
    throw ApplicationFailure.nonRetryable(`nothing runs, but ${open.join(', ')} did not finish`, 'Internal');
  }
  for (const id of neverStarted(plan, board.states())) board.step(id, 'skipped');
  if (failure !== undefined) throw failure as Error;
}
