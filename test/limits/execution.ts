import { Client, Connection, type WorkflowClient, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { largeAnswers } from '../../src/config';
import { devServerAddress } from '../setup/temporal';
export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** What Temporal refuses beyond: events and bytes of one history, bytes of one payload. */
export const temporalLimits = { events: 51_200, bytes: 50 * 1024 ** 2, payloadBytes: 2 * 1024 ** 2 };

/** One execution of a workflow as the server keeps it. */
export interface Execution {
  events: HistoryEvent[];
  /** Size in bytes by the server's own count, against which its limit stands. */
  bytes: number;
  /** Size in bytes of what it was started with. */
  inputBytes: number;
  /** Run id of the execution that goes on from it. */
  next: string | undefined;
}

/** The history of an execution, the latest one when no run id is given. */
export async function executionOf(
  client: WorkflowClient,
  workflowId: string,
  runId?: string,
): Promise<Execution> {
  const description = await client.getHandle(workflowId, runId).describe();
  const events = await eventsOf({ workflowId, runId: description.runId });
  const payloads = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  if (!payloads || description.historySize === undefined) throw new Error(`no history of ${workflowId}`);
  const continued = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  return {
    events,
    bytes: description.historySize,
    inputBytes: payloads.reduce((sum, { data }) => sum + (data?.length ?? 0), 0),
    next: continued?.newExecutionRunId ?? undefined,
  };
}

/** Signals that came during one workflow task are one part of a history, which no page divides, of more than 4 MiB. */
async function eventsOf({
  workflowId,
  runId,
}: {
  workflowId: string;
  runId: string;
}): Promise<HistoryEvent[]> {
  const connection = await Connection.connect({ address: devServerAddress(), channelArgs: largeAnswers });
  try {
    const { workflow } = new Client({ connection });
    return (await workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
  } finally {
    await connection.close();
  }
}

/** The first argument of each signal in the order in which the server took them. */
export function signalled<T>({ events }: Execution): T[] {
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const [payload] = signal?.input?.payloads ?? [];
    return payload ? [defaultPayloadConverter.fromPayload<T>(payload)] : [];
  });
}

/** The most activities that one workflow task scheduled; its commands travel in one message of at most 4 MiB. */
export function mostAtOnce({ events }: Execution): number {
  const byTask = new Map<string, number>();
  for (const { activityTaskScheduledEventAttributes: scheduled } of events) {
    const task = String(scheduled?.workflowTaskCompletedEventId);
    if (scheduled) byTask.set(task, (byTask.get(task) ?? 0) + 1);
  }
  return Math.max(0, ...byTask.values());
}
