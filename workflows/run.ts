import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  setHandler,
  setWorkflowOptions,
} from '@temporalio/workflow';
import type { RunInput, RunStatus, RunView } from '../src/domain/run';
import { admitted } from './admission';
import { alert } from './alert';
import { createApprovals } from './approvals';
import { type Board, createBoard } from './board';
import { type Claims, createClaims } from './claims';
import { executeDag } from './dag';
import { acceptDecisions } from './decisions';
import { failureOf, hasType } from './failures';
import { progressSignal, retryQuery, runQuery } from './messages';
import { nextAttempt } from './retry';
import { createSaga, type Saga } from './saga';
import { createStepContext } from './step-context';
import { createSteps } from './steps';
import { createYielding } from './yielding';
import { versioned } from './versioning';

/** Steps begun by one workflow task, each with up to 64 KiB of what it is given. */
const stepsAtOnce = 50;

/** One execution of a pipeline for one event: everything succeeds, or everything it did is undone in reverse order. */
export async function run(input: RunInput): Promise<RunView> {
  const board = createBoard(input);
  const saga = createSaga(board, input);
  const context = createStepContext(input, board);
  const claims = createClaims(input, board);
  const approvals = createApprovals(input, board);
  const yielding = createYielding();
  setHandler(runQuery, board.view);
  setHandler(retryQuery, () => nextAttempt(input, board.view(), context.outputs));
  setHandler(progressSignal, ({ step, detail, waiting }) => {
    // A reset delivers what an earlier canary told once more, before its step has begun again.
    if (!['running', 'waiting'].includes(board.states()[step] ?? '')) return;
    board.step(step, waiting ? 'waiting' : 'running', detail);
    board.status(waiting ? 'waiting' : 'running');
    if (waiting) alert(input, board, step, 'canary-is-held', `${step}: ${detail}`);
  });
  acceptDecisions(board, context.canaries);
  try {
    const execute = createSteps({ context, board, saga, claims, approvals, begun: yielding.begun });
    await admitted(input, board, approvals);
    const { concurrency } = input.pipeline;
    if (concurrency) await claims.group(context.group(concurrency.group), concurrency);
    await executeDag(input.pipeline, board, {
      execute,
      unwanted: context.unwanted,
      stoppable: yielding.stoppable,
      atOnce: input.version === undefined ? Infinity : stepsAtOnce,
    });
    // What was under way when the cancellation came may have ended well: it is undone all the same.
    if (CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('cancelled in its last step');
    await claims.giveBack(true);
    board.status('succeeded');
    return board.view();
  } catch (error) {
    return await undo(error, board, saga, claims);
  }
}
setWorkflowOptions(versioned('PINNED'), run);

/** Undoes what was done and closes the run with the status that says why. */
async function undo(error: unknown, board: Board, saga: Saga, claims: Claims): Promise<RunView> {
  const reason = failureOf(error).message;
  const undone = !saga.isEmpty();
  board.status('running', reason);
  await saga.compensate();
  await claims.giveBack(false);
  const status = closedStatus(error, undone);
  board.status(status, reason);
  if (isCancellation(error)) throw error;
  if (status === 'superseded') return board.view();
  // With what it did, so that nobody has to replay the run to learn it.
  throw ApplicationFailure.nonRetryable(`${status}: ${reason}`, status, board.view());
}

function closedStatus(error: unknown, undone: boolean): RunStatus {
  if (isCancellation(error)) return 'cancelled';
  if (hasType(error, 'Superseded')) return 'superseded';
  return undone ? 'rolled-back' : 'failed';
}
