import type { WorkflowClient, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
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
  const events = await eventsOf(client, { workflowId, runId: description.runId });
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

/** A page of an inbox's history at the default size can be larger than what a client takes. */
const eventsPerPage = 200;

async function eventsOf(
  client: WorkflowClient,
  execution: { workflowId: string; runId: string },
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution,
      maximumPageSize: eventsPerPage,
      ...(nextPageToken && { nextPageToken }),
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  return events;
}

/** The first argument of each signal in the order in which the server took them. */
export function signalled<T>({ events }: Execution): T[] {
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const [payload] = signal?.input?.payloads ?? [];
    return payload ? [defaultPayloadConverter.fromPayload<T>(payload)] : [];
  });
}

/** The most activities that were under way at one time; Temporal refuses the 2,001st. */
export function mostPending({ events }: Execution): number {
  let pending = 0;
  let most = 0;
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) pending += 1;
    else if (
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskCanceledEventAttributes
    )
      pending -= 1;
    most = Math.max(most, pending);
  }
  return most;
}
