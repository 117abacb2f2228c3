import { Client, Connection } from '@temporalio/client';
import { canaryId } from '../../src/domain/identity';

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

/** Time from the start of the last measurement to the end of the shift after it; undefined when nothing was shifted back. */
export function rollbackTime(history: History): number | undefined {
  const moments = completedActivities(history);
  const at = moments.map(({ activity }) => activity).lastIndexOf('measure');
  const measured = moments[at];
  const shifted = moments.slice(at + 1).find(({ activity }) => activity === 'shiftTraffic');
  return measured && shifted ? shifted.completedAt - measured.startedAt : undefined;
}

/** Milliseconds from the failing measurement of a run's canary to 100 % stable traffic, as Temporal's history has it. */
export async function measureRollback(
  temporal: string,
  namespace: string,
  run: string,
  step: string,
): Promise<number | undefined> {
  const connection = await Connection.connect({ address: temporal });
  try {
    const { workflow } = new Client({ connection, namespace });
    const { runId } = await workflow.getHandle(run).describe();
    return rollbackTime(await workflow.getHandle(canaryId(run, step, runId)).fetchHistory());
  } finally {
    await connection.close();
  }
}
