import { randomUUID } from 'node:crypto';
import type { Harness } from './harness';

/** Resets an entity to before the end of a workflow task: the first one, or the one that followed its first grant. */
export async function reset(
  { environment: { client, namespace } }: Harness,
  workflowId: string,
  to: 'its start' | 'its first grant',
): Promise<void> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const granted = (events ?? []).findIndex((event) => event.externalWorkflowExecutionSignaledEventAttributes);
  const from = to === 'its start' ? 0 : granted;
  const task = (events ?? []).slice(from).find((event) => event.workflowTaskCompletedEventAttributes);
  await client.workflowService.resetWorkflowExecution({
    namespace: namespace ?? 'default',
    workflowExecution: { workflowId },
    reason: 'test',
    requestId: randomUUID(),
    ...(task?.eventId && { workflowTaskFinishEventId: task.eventId }),
  });
}
