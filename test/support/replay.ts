import type { HistoryAndWorkflowId } from '@temporalio/client';
import { type ReplayResult, Worker } from '@temporalio/worker';
import { workflowBundle } from '../setup/temporal';

/** Replays histories on bundled workflows, today's where no others are named; a result for each. */
export async function replay(
  histories: AsyncIterable<HistoryAndWorkflowId> | Iterable<HistoryAndWorkflowId>,
  codePath = workflowBundle(),
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  const options = { workflowBundle: { codePath } };
  for await (const result of Worker.runReplayHistories(options, histories)) results.push(result);
  return results;
}
