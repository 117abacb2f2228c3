import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Decision, EventRecord, SagalineEvent } from '../../domain/event';
import { signals, workflowTypes } from '../../domain/messages';
import type { InboxHistories, RecordedEvents } from '../../ports';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What the activity `route` is given, and what it returns, as far as the ledger wants it. */
interface RouteArguments {
  project: string;
  refused?: EventRecord[];
}
type RouteResult = { key: string; decisions: Decision[] }[];

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
    const records = new Map<string, EventRecord>();
    const routes = new Set<string>();
    let project = '';
    for (const event of events) {
      const { workflowExecutionStartedEventAttributes: started } = event;
      if (started) ({ project } = await this.decoded<{ project: string }>(started.input?.payloads));
      const { workflowExecutionSignaledEventAttributes: signal } = event;
      if (signal?.signalName === signals.deliver) {
        const delivered = await this.decoded<SagalineEvent>(signal.input?.payloads);
        // A duplicate has the same key, and the first one counts.
        if (!records.has(delivered.key))
          records.set(delivered.key, { event: delivered, status: 'received', decisions: [] });
      }
      const { activityTaskScheduledEventAttributes: scheduled } = event;
      if (scheduled?.activityType?.name === 'route') {
        routes.add(String(event.eventId));
        const { refused = [] } = await this.decoded<RouteArguments>(scheduled.input?.payloads);
        for (const record of refused) records.set(record.event.key, record);
      }
      const { activityTaskCompletedEventAttributes: completed } = event;
      if (completed && routes.has(String(completed.scheduledEventId)))
        for (const { key, decisions } of await this.decoded<RouteResult>(completed.result?.payloads)) {
          const record = records.get(key);
          if (record) records.set(key, { ...record, status: 'routed', decisions });
        }
    }
    return { project, records: [...records.values()].filter(({ status }) => status === 'routed') };
  }

  private async decoded<T>(payloads: readonly Payload[] | null | undefined): Promise<T> {
    const { payloadCodecs, payloadConverter } = this.client.options.loadedDataConverter;
    let [...clear] = payloads ?? [];
    for (const codec of payloadCodecs) clear = await codec.decode(clear);
    const [first] = clear;
    if (first === undefined) throw new Error('an event of the history has no payload');
    return payloadConverter.fromPayload<T>(first);
  }
}
