import type { HistoryAndWorkflowId } from '@temporalio/client';
import { type ReplayResult, Worker } from '@temporalio/worker';
import { workflowBundle } from '../setup/temporal';

/** Replays histories on today's workflows; a result for each. */
export async function replay(
  histories: AsyncIterable<HistoryAndWorkflowId> | Iterable<HistoryAndWorkflowId>,
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  const options = { workflowBundle: { codePath: workflowBundle() } };
  for await (const result of Worker.runReplayHistories(options, histories)) results.push(result);
  return results;
}
