import { ApplicationFailure, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { interpolate } from '../src/domain/expression';
import type { PlannedStep } from '../src/domain/expand';
import type { RunInput, RunStatus, RunView } from '../src/domain/run';
import { type Board, createBoard } from './board';
import { type Claims, createClaims } from './claims';
import { executeDag } from './dag';
import { failureOf, hasType } from './failures';
import { progressSignal, runQuery } from './messages';
import { acceptDecisions } from './decisions';
import { createSaga, type Saga } from './saga';
import { createSteps } from './steps';

/** One execution of a pipeline for one event: everything succeeds, or everything it did is undone in reverse order. */
export async function run(input: RunInput): Promise<RunView> {
  const board = createBoard(input);
  setHandler(runQuery, board.view);
  setHandler(progressSignal, ({ step, detail, waiting }) => {
    board.step(step, waiting ? 'waiting' : 'running', detail);
    board.status(waiting ? 'waiting' : 'running');
  });
  const canaries = new Map<string, string>();
  acceptDecisions(board, canaries);
  const saga = createSaga(board);
  const claims = createClaims(input, board);
  try {
    await execute(input, board, createSteps(input, saga, claims, canaries), claims);
    await claims.giveBack(true);
    board.status('succeeded');
    return board.view();
  } catch (error) {
    return await undo(error, board, saga, claims);
  }
}

async function execute(
  input: RunInput,
  board: Board,
  step: (step: PlannedStep) => Promise<string>,
  claims: Claims,
): Promise<void> {
  const { concurrency } = input.pipeline;
  if (concurrency) {
    const { event, commit, repository } = input;
    const context = { event, run: { id: workflowInfo().workflowId, commit, repository } };
    await claims.group(interpolate(concurrency.group, context));
  }
  await executeDag(input.pipeline, board, step);
}

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
  throw ApplicationFailure.nonRetryable(`${status}: ${reason}`, status);
}

function closedStatus(error: unknown, undone: boolean): RunStatus {
  if (isCancellation(error)) return 'cancelled';
  if (hasType(error, 'Superseded')) return 'superseded';
  return undone ? 'rolled-back' : 'failed';
}
