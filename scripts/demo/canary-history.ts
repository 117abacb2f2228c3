import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import type { Platform } from '../../src/platform/platform';
import type { Stretch } from './answers';

/** A canary as Temporal's history has it, which no slow answer of the platform can hide. */
export interface CanaryHistory {
  /** Percent of requests that the candidate was given, in order. */
  weights: number[];
  /** Undefined when it was not taken back. */
  rollback: Rollback | undefined;
}

export interface Rollback {
  /** From the beginning of the first shift to the end of the shift back. */
  candidacy: Stretch;
  /** Time in ms from the beginning of the failing measurement to 100 % stable traffic. */
  ms: number;
}

/** An activity that was completed; times in ms since the epoch, as the server recorded them. */
interface Moment {
  activity: string;
  input: unknown;
  startedAt: number;
  completedAt: number;
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

const backendSchema = z.object({ instance: z.string() }).nullable();
const shiftSchema = z.object({
  traffic: z.object({ weight: z.number(), stable: backendSchema, candidate: backendSchema }),
});

type Shift = Moment & z.infer<typeof shiftSchema>;

/** What the last canary of a run did; undefined when it started none. */
export async function readCanary(
  { temporal, namespace }: Pick<Platform, 'temporal' | 'namespace'>,
  run: string,
): Promise<CanaryHistory | undefined> {
  const connection = await Connection.connect({ address: temporal });
  try {
    const { workflow } = new Client({ connection, namespace });
    const canary = lastChild(await workflow.getHandle(run).fetchHistory());
    return canary === undefined ? undefined : canaryIn(await workflow.getHandle(canary).fetchHistory());
  } finally {
    await connection.close();
  }
}

/** Workflow id of the child that a run started last. */
function lastChild({ events }: History): string | undefined {
  const started = events?.findLast((event) => event.childWorkflowExecutionStartedEventAttributes);
  return started?.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? undefined;
}

/** Reads a canary's own history. */
export function canaryIn(history: History): CanaryHistory {
  const moments = completedActivities(history);
  const shifts = moments
    .filter(({ activity }) => activity === 'shiftTraffic')
    .map((moment) => ({ ...moment, ...shiftSchema.parse(moment.input) }));
  const weights = shifts.flatMap(({ traffic }) => (traffic.candidate ? [traffic.weight] : []));
  return { weights, rollback: rollbackIn(moments, shifts) };
}

function rollbackIn(moments: Moment[], shifts: Shift[]): Rollback | undefined {
  const measured = moments.findLast(({ activity }) => activity === 'measure');
  const [first, last] = [shifts[0], shifts.at(-1)];
  if (!first || !last || !measured || last.traffic.candidate) return undefined;
  const isPromotion = last.traffic.stable?.instance === first.traffic.candidate?.instance;
  if (isPromotion) return undefined;
  return {
    candidacy: { from: first.startedAt, to: last.completedAt },
    ms: last.completedAt - measured.startedAt,
  };
}

/** The activities of a history in the order in which they were completed. */
function completedActivities({ events }: History): Moment[] {
  const scheduledBy = new Map<string, Pick<Moment, 'activity' | 'input'>>();
  const startedAt = new Map<string, number>();
  return (events ?? []).flatMap((event) => {
    const { activityTaskScheduledEventAttributes: scheduled } = event;
    const { activityTaskStartedEventAttributes: started } = event;
    const { activityTaskCompletedEventAttributes: completed } = event;
    if (scheduled) {
      const [payload] = scheduled.input?.payloads ?? [];
      const input = payload && defaultPayloadConverter.fromPayload<unknown>(payload);
      scheduledBy.set(String(event.eventId), { activity: scheduled.activityType?.name ?? '', input });
    }
    if (started) startedAt.set(String(started.scheduledEventId), timeOf(event));
    if (!completed) return [];
    const id = String(completed.scheduledEventId);
    const { activity, input } = scheduledBy.get(id) ?? { activity: '', input: undefined };
    return [{ activity, input, startedAt: startedAt.get(id) ?? timeOf(event), completedAt: timeOf(event) }];
  });
}

function timeOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}
