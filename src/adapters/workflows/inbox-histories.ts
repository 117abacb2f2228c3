import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { firstValue } from '../../codec/payloads';
import type { Decision, EventRecord, SagalineEvent } from '../../domain/event';
import { signals, workflowTypes } from '../../domain/messages';
import type { InboxHistories, RecordedEvents } from '../../ports';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What the activity `route` is given, and what it returns, as far as the ledger wants it. */
interface RouteArguments {
  refused?: EventRecord[];
}
type RouteResult = { key: string; decisions: Decision[] }[];

/** What is known of one execution of an inbox, as its history is read. */
interface Found {
  project: string;
  records: Map<string, EventRecord>;
  /** Ids of the history events that began a routing. */
  routes: Set<string>;
}

/** Events and decisions as the histories of inboxes hold them, for as long as Temporal retains those. */
export class TemporalInboxHistories implements InboxHistories {
  constructor(private readonly client: Client) {}

  async *changedSince(time: string): AsyncIterable<RecordedEvents> {
    const query = `WorkflowType = '${workflowTypes.inbox}' AND (ExecutionStatus = 'Running' OR CloseTime >= '${time}')`;
    for await (const { workflowId, runId } of this.client.workflow.list({ query })) {
      const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
      yield await this.recorded(history.events ?? []);
    }
  }

  private async recorded(events: readonly HistoryEvent[]): Promise<RecordedEvents> {
    const found: Found = { project: '', records: new Map(), routes: new Set() };
    for (const event of events) {
      await this.readArguments(event, found);
      await this.readRouting(event, found);
    }
    const records = [...found.records.values()].filter(({ status }) => status === 'routed');
    return { project: found.project, records };
  }

  /** Notes whose inbox it is, and each event that it was given. */
  private async readArguments(event: HistoryEvent, found: Found): Promise<void> {
    const { workflowExecutionStartedEventAttributes: started } = event;
    if (started)
      found.project = (await firstValue<{ project: string }>(this.client, started.input?.payloads)).project;
    const { workflowExecutionSignaledEventAttributes: signal } = event;
    if (signal?.signalName !== signals.deliver) return;
    const delivered = await firstValue<SagalineEvent>(this.client, signal.input?.payloads);
    // A duplicate has the same key, and the first one counts.
    if (!found.records.has(delivered.key))
      found.records.set(delivered.key, { event: delivered, status: 'received', decisions: [] });
  }

  /** Notes what was decided about the events. */
  private async readRouting(event: HistoryEvent, { records, routes }: Found): Promise<void> {
    const { activityTaskScheduledEventAttributes: scheduled } = event;
    if (scheduled?.activityType?.name === 'route') {
      routes.add(String(event.eventId));
      const { refused = [] } = await firstValue<RouteArguments>(this.client, scheduled.input?.payloads);
      for (const record of refused) records.set(record.event.key, record);
    }
    const { activityTaskCompletedEventAttributes: completed } = event;
    const isOfActivity = completed && routes.has(String(completed.scheduledEventId));
    const result = isOfActivity ? completed.result : await this.resultWithinTask(event);
    if (!result) return;
    for (const { key, decisions } of await firstValue<RouteResult>(this.client, result.payloads)) {
      const record = records.get(key);
      if (record) records.set(key, { ...record, status: 'routed', decisions });
    }
  }

  /** What a routing within the workflow task has returned: such an activity leaves a marker of the SDK's core, without what it was given. */
  private async resultWithinTask({
    markerRecordedEventAttributes: marker,
  }: HistoryEvent): Promise<temporal.api.common.v1.IPayloads | null | undefined> {
    if (marker?.markerName !== 'core_local_activity' || marker.failure) return undefined;
    const { data, result } = marker.details ?? {};
    const { activity_type: type } = await firstValue<{ activity_type: string }>(this.client, data?.payloads);
    return type === 'route' ? result : undefined;
  }
}
