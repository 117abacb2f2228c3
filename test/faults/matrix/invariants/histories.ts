import { Client, Connection } from '@temporalio/client';
import { replay } from '../../../support/replay';
import type { Played } from '../cell';

/** I9: what this run has left in histories, its canary's, its lane's and its subject's among them, replays on today's workflows. */
export async function historiesReplay({ stage, since }: Played): Promise<string[]> {
  const connection = await Connection.connect({ address: stage.world.temporalAddress() });
  try {
    const { workflow } = new Client({ connection });
    const query = `ExecutionStatus = "Running" OR CloseTime >= "${since.toISOString()}"`;
    const results = await replay(workflow.list({ query }).intoHistories());
    return results
      .filter(({ error }) => error !== undefined)
      .map(({ workflowId, error }) => `I9: ${workflowId} does not replay: ${error?.message ?? ''}`);
  } finally {
    await connection.close();
  }
}
