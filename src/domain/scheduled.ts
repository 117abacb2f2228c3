import type { SagalineEvent } from './event';
import { scheduleSource } from './own-sources';
import { eventKey } from './identity';
import { subjectOf } from './subject';

/** What one schedule is for: the input of the workflow that each of its firings starts. */
export interface ScheduledInput {
  project: string;
  repository: string;
  pipeline: string;
  cron: string;
  zone: string;
  /** Id of the schedule. */
  schedule: string;
}

/** The event of one firing: the same for every attempt at it. Both times are ISO 8601. */
export function scheduledEvent(input: ScheduledInput, scheduledFor: string, now: string): SagalineEvent {
  const { repository, pipeline, cron, zone, schedule } = input;
  const data = { repository, pipeline, cron, zone, scheduledFor };
  const deliveryId = `${schedule}@${scheduledFor}`;
  return {
    key: eventKey(scheduleSource, deliveryId),
    // Nobody else makes this delivery id, so that it alone says which event it is.
    bodyHash: '',
    deliveryId,
    source: scheduleSource,
    subject: subjectOf('schedule', data),
    kind: 'schedule',
    time: scheduledFor,
    receivedAt: now,
    data,
  };
}
