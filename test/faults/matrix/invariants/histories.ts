import { Client, Connection } from '@temporalio/client';
import { replay } from '../../../support/replay';
import type { Played } from '../cell';

/** I9: what this run has left in histories, its canary's, its lane's and its subject's among them, replays on the workflows of its build. */
export async function historiesReplay(played: Played): Promise<string[]> {
  const { stage, since, cell, run } = played;
  const connection = await Connection.connect({ address: stage.world.temporalAddress() });
  try {
    const { workflow } = new Client({ connection });
    const query = `ExecutionStatus = "Running" OR CloseTime >= "${since.toISOString()}"`;
    const histories = workflow.list({ query }).intoHistories();
    const results = await replay(histories, cell.fault.bundle?.(played));
    const missing = results.some(({ workflowId }) => workflowId === run.id)
      ? []
      : [`I9: ${run.id} is not listed`];
    const wrong = results
      .filter(({ error }) => error !== undefined)
      .map(({ workflowId, error }) => `I9: ${workflowId} does not replay: ${error?.message ?? ''}`);
    return [...missing, ...wrong];
  } finally {
    await connection.close();
  }
}
