import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { firstValue } from '../../codec/payloads';
import { laneOfId } from '../../domain/identity';
import type { LaneView } from '../../domain/lane';
import { updates, workflowTypes } from '../../domain/messages';
import type { RollbackRequest } from '../../domain/operator';
import type { LaneGlimpse, LaneHistories, Rollback } from '../../ports';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Accepted = temporal.api.history.v1.IWorkflowExecutionUpdateAcceptedEventAttributes;

/** History events of one answer. */
const pageSize = 100;

/** Rollbacks as the histories of lanes hold them: an update that was accepted, and how it was answered. */
export class TemporalLaneHistories implements LaneHistories {
  constructor(private readonly client: Client) {}

  async *changedSince(time: string): AsyncIterable<LaneGlimpse> {
    const query = `WorkflowType = '${workflowTypes.lane}' AND (ExecutionStatus = 'Running' OR CloseTime >= '${time}')`;
    for await (const { workflowId, runId } of this.client.workflow.list({ query })) {
      const lane = laneOfId(workflowId);
      if (lane) yield { lane, workflowId, executionId: runId };
    }
  }

  async rollbacks(glimpse: LaneGlimpse, after: number): Promise<{ rollbacks: Rollback[]; after: number }> {
    const { historyLength } = await this.client.workflow
      .getHandle(glimpse.workflowId, glimpse.executionId)
      .describe();
    if (historyLength <= after) return { rollbacks: [], after };
    const asked = new Map<number, HistoryEvent>();
    const rollbacks: Rollback[] = [];
    let newest = after;
    for (const event of await this.eventsAfter(glimpse, after)) {
      newest = Number(event.eventId);
      const { workflowExecutionUpdateAcceptedEventAttributes: accepted } = event;
      if (accepted && isRollback(accepted)) asked.set(newest, event);
      const answered = event.workflowExecutionUpdateCompletedEventAttributes;
      const request = asked.get(Number(answered?.acceptedEventId));
      if (!answered || !request) continue;
      asked.delete(Number(answered.acceptedEventId));
      // A rollback that the lane refused at last has changed nothing.
      if (answered.outcome?.success) rollbacks.push(await this.rollback(glimpse, request, event));
    }
    // One that is under way is read again, with its answer.
    return { rollbacks, after: Math.min(newest, ...[...asked.keys()].map((id) => id - 1)) };
  }

  private async rollback(
    { lane, workflowId }: LaneGlimpse,
    request: HistoryEvent,
    answer: HistoryEvent,
  ): Promise<Rollback> {
    const accepted = request.workflowExecutionUpdateAcceptedEventAttributes;
    const answered = answer.workflowExecutionUpdateCompletedEventAttributes;
    const input = accepted?.acceptedRequest?.input?.args?.payloads;
    const { actor, reason } = await firstValue<RollbackRequest>(this.client, input);
    const { live, problem } = await firstValue<LaneView>(this.client, answered?.outcome?.success?.payloads);
    if (!live) throw new Error('a rollback has left nothing live');
    const { id, commit, artifact, configuration, runId } = live;
    return {
      id: `${workflowId}/${accepted?.protocolInstanceId ?? ''}`,
      ...{ lane, actor, reason, problem, release: { id, commit, artifact, configuration, runId } },
      ...{ beganAt: timeOf(request), liveAt: timeOf(answer) },
    };
  }

  /** What came after an event, oldest first: read from the end, because what came before is long. */
  private async eventsAfter(
    { workflowId, executionId }: LaneGlimpse,
    after: number,
  ): Promise<HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await this.client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace: this.client.options.namespace,
        execution: { workflowId, runId: executionId },
        maximumPageSize: pageSize,
        ...(nextPageToken && { nextPageToken }),
      });
      const events = page.history?.events ?? [];
      found.push(...events.filter(({ eventId }) => Number(eventId) > after));
      const isThere = events.some(({ eventId }) => Number(eventId) <= after);
      nextPageToken = !isThere && page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
    } while (nextPageToken);
    return found.reverse();
  }
}

const isRollback = ({ acceptedRequest }: Accepted): boolean =>
  acceptedRequest?.input?.name === updates.rollback;

function timeOf({ eventTime }: HistoryEvent): string {
  return new Date(Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6).toISOString();
}
