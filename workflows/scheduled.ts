import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { scheduledEvent, type ScheduledInput } from '../src/domain/scheduled';
import { quick } from './activities';
import { versioned } from './versioning';

/** One firing of a schedule: an event like any other, handed to its inbox. */
export async function scheduled(input: ScheduledInput): Promise<void> {
  const { startTime } = workflowInfo();
  const event = scheduledEvent(input, (scheduledTime() ?? startTime).toISOString(), new Date().toISOString());
  await quick.deliverScheduled({ project: input.project, event });
}
setWorkflowOptions(versioned('AUTO_UPGRADE'), scheduled);

/** The time that the schedule meant, which an outage may have delayed; undefined when somebody started this by hand. */
function scheduledTime(): Date | undefined {
  const [, value] =
    workflowInfo()
      .typedSearchAttributes.getAll()
      .map(({ key, value }) => [key.name, value] as const)
      .find(([name]) => name === 'TemporalScheduledStartTime') ?? [];
  return value instanceof Date ? value : undefined;
}
