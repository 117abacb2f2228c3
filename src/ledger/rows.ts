import type { Insertable } from 'kysely';
import type { EventRecord } from '../domain/event';
import { publicEventId } from '../domain/event-id';
import { inboxId } from '../domain/identity';
import { deadLetterSubject } from '../domain/subject';
import type { RunView } from '../domain/run';
import type { CompensationsTable, DecisionsTable, EventsTable, RunsTable, StepsTable } from './tables';

/** The row of an event, and those of its decisions. */
export function eventRows(
  project: string,
  { event, decisions }: EventRecord,
): { event: Insertable<EventsTable>; decisions: Insertable<DecisionsTable>[] } {
  const inbox = inboxId(project, event.source, event.subject);
  const id = publicEventId(inbox, event.key);
  const repository = event.data['repository'];
  return {
    event: {
      ...{ id, project, inbox },
      key: event.key,
      source: event.source,
      delivery_id: event.deliveryId,
      subject: event.subject,
      kind: event.kind,
      repository: typeof repository === 'string' ? repository : null,
      status: event.subject === deadLetterSubject ? 'dead-letter' : 'routed',
      time: event.time,
      received_at: event.receivedAt,
      depth: event.depth ?? 0,
      body_hash: event.bodyHash,
      data: JSON.stringify(event.data),
      replay_of: event.replayOf ?? null,
    },
    decisions: decisions.map(({ pipeline, matched, reason, runId }, at) => ({
      ...{ event_id: id, at, pipeline, matched, reason },
      run_id: runId,
    })),
  };
}

/** Which execution of a run it is, and when that began and ended, ISO 8601. */
export interface Execution {
  executionId: string;
  startedAt: string;
  closedAt: string | null;
}

/** The row of a run, and those of its steps and undos. */
export function runRows(
  project: string,
  { steps, compensations, ...view }: RunView,
  { executionId, startedAt, closedAt }: Execution,
): {
  run: Insertable<RunsTable>;
  steps: Insertable<StepsTable>[];
  compensations: Insertable<CompensationsTable>[];
} {
  const { id, pipeline, repository, service, environment, commit, eventId, status, reason } = view;
  return {
    run: {
      ...{ id, project, pipeline, repository, service, environment, commit },
      ...{
        execution_id: executionId,
        event_id: eventId,
        status,
        reason,
        started_at: startedAt,
        closed_at: closedAt,
      },
    },
    steps: steps.map((step, at) => ({
      ...{ run_id: id, at, id: step.id, uses: step.uses, status: step.status },
      ...{ started_at: step.startedAt, finished_at: step.finishedAt, detail: step.detail },
    })),
    compensations: compensations.map((undo, at) => ({
      ...{ run_id: id, at, step: undo.step, status: undo.status },
      ...{ started_at: undo.startedAt, finished_at: undo.finishedAt, detail: undo.detail },
    })),
  };
}
