import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

const settleMs = 2_000;

/** Events and bytes of all executions of a workflow id together, as the server counts them. */
export async function historyOf(
  client: Client,
  workflowId: string,
): Promise<{ executions: number; length: number; bytes: number }> {
  // Of an execution that continued as new, the search knows its length only some time later.
  await sleep(settleMs);
  const sum = { executions: 0, length: 0, bytes: 0 };
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
    sum.executions += 1;
    sum.length += historyLength;
    sum.bytes += historySize ?? 0;
  }
  return sum;
}
