import { temporal } from '@temporalio/proto';
import type { WorkflowClient } from '@temporalio/client';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One execution of a workflow as the server keeps it. */
export interface Execution {
  events: HistoryEvent[];
  /** Size in bytes by the server's own count, against which its limit stands. */
  bytes: number;
}

/** The history of one execution, the latest when no run id is given. */
export async function executionOf(
  client: WorkflowClient,
  workflowId: string,
  runId?: string,
): Promise<Execution> {
  const handle = client.getHandle(workflowId, runId);
  const [{ historySize }, { events }] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  if (!events || historySize === undefined) throw new Error(`no history of ${workflowId}`);
  return { events, bytes: historySize };
}
