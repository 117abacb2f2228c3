import { Client, Connection } from '@temporalio/client';
import type { Platform } from '../../src/platform/platform';
import type { Stretch } from './answers';

interface Moment {
  activity: string;
  /** Both in ms since the epoch, as the Temporal server recorded them. */
  startedAt: number;
  completedAt: number;
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}

/** The activities of a history in the order in which they were completed. */
function completedActivities({ events }: History): Moment[] {
  const names = new Map<string, string>();
  const startedAt = new Map<string, number>();
  return (events ?? []).flatMap((event) => {
    const { activityTaskScheduledEventAttributes: scheduled } = event;
    const { activityTaskStartedEventAttributes: started } = event;
    const { activityTaskCompletedEventAttributes: completed } = event;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
    if (started) startedAt.set(String(started.scheduledEventId), timeOf(event));
    if (!completed) return [];
    const id = String(completed.scheduledEventId);
    return [
      {
        activity: names.get(id) ?? '',
        startedAt: startedAt.get(id) ?? timeOf(event),
        completedAt: timeOf(event),
      },
    ];
  });
}

/** A canary that was taken back, as Temporal's history has it. */
export interface Rollback {
  /** From the beginning of the first shift to the end of the shift back. */
  candidacy: Stretch;
  /** Time in ms from the beginning of the failing measurement to 100 % stable traffic. */
  ms: number;
}

/** Reads a canary's history; undefined when nothing was shifted back. */
export function rollbackIn(history: History): Rollback | undefined {
  const moments = completedActivities(history);
  const shifts = moments.filter(({ activity }) => activity === 'shiftTraffic');
  const measured = moments.findLast(({ activity }) => activity === 'measure');
  const [first, back] = [shifts[0], shifts.at(-1)];
  if (!first || !back || !measured || back.startedAt < measured.completedAt) return undefined;
  return {
    candidacy: { from: first.startedAt, to: back.completedAt },
    ms: back.completedAt - measured.startedAt,
  };
}

/** How the last canary of a run was taken back; undefined when it was not. */
export async function readRollback(
  { temporal, namespace }: Pick<Platform, 'temporal' | 'namespace'>,
  run: string,
): Promise<Rollback | undefined> {
  const connection = await Connection.connect({ address: temporal });
  try {
    const { workflow } = new Client({ connection, namespace });
    const canary = lastChild(await workflow.getHandle(run).fetchHistory());
    return canary === undefined ? undefined : rollbackIn(await workflow.getHandle(canary).fetchHistory());
  } finally {
    await connection.close();
  }
}

/** Workflow id of the child that a run started last. */
function lastChild({ events }: History): string | undefined {
  const started = events?.findLast((event) => event.childWorkflowExecutionStartedEventAttributes);
  return started?.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? undefined;
}
