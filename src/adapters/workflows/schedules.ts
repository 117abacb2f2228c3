import {
  type CalendarSpec,
  type Client,
  DAYS_OF_WEEK,
  MONTHS,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { type CronCalendar, cronCalendars } from '../../domain/cron-calendar';
import { scheduleId } from '../../domain/identity';
import { taskQueue, workflowTypes } from '../../domain/messages';
import type { ScheduledInput } from '../../domain/scheduled';
import type { PipelineSchedule, RefusedSchedule, ScheduleSync } from '../../ports';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const projectKey = keyword('SagalineProject');
const repositoryKey = keyword('SagalineRepository');
const pipelineKey = keyword('SagalinePipeline');

/** What was missed during an outage of the server is made up for up to this long. */
const catchupWindowMs = 60 * 60_000;

/** Temporal Schedules, one for each cron of a pipeline. */
export class TemporalSchedules {
  constructor(private readonly client: Client) {}

  /** Makes the schedules of one repository exactly these; harmless to repeat. */
  async sync(project: string, repository: string, schedules: PipelineSchedule[]): Promise<ScheduleSync> {
    const refused: RefusedSchedule[] = [];
    const kept = new Set<string>();
    let changed = false;
    for (const { input, schedule } of inputsOf(project, repository, schedules)) {
      const outcome = await this.keep(input);
      if (typeof outcome === 'object') refused.push({ schedule, reason: outcome.refused });
      else kept.add(input.schedule);
      changed ||= outcome === true;
    }
    for (const { id } of await this.list(project, repository)) {
      if (kept.has(id)) continue;
      await this.remove(id);
      changed = true;
    }
    return { changed, refused };
  }

  /** Repositories of the project that have schedules. */
  async repositories(project: string): Promise<string[]> {
    const found = await this.list(project);
    return [...new Set(found.map(({ repository }) => repository))];
  }

  /** Whether the schedule had to be made or changed, or why it cannot be. */
  private async keep(input: ScheduledInput): Promise<boolean | { refused: string }> {
    const calendars = cronCalendars(input.cron);
    if (!calendars) return { refused: 'only plain fields of a crontab can be scheduled: no L, # or ?' };
    const definition = definitionOf(input, calendars.map(calendarSpec));
    try {
      await this.client.schedule.create({ scheduleId: input.schedule, ...definition });
      return true;
    } catch (error) {
      if (isRefusal(error)) return { refused: error.message };
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
    const handle = this.client.schedule.getHandle(input.schedule);
    const present = await handle.describe();
    if (isSame(present, input)) return false;
    try {
      // An operator's pause outlives the change.
      await handle.update(({ state }) => ({ ...definition, state }));
      return true;
    } catch (error) {
      if (isRefusal(error)) return { refused: error.message };
      throw error;
    }
  }

  private async remove(id: string): Promise<void> {
    try {
      await this.client.schedule.getHandle(id).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }

  private async list(project: string, repository?: string): Promise<{ id: string; repository: string }[]> {
    const found: { id: string; repository: string }[] = [];
    // Names of sagaline.yaml hold no quotes.
    const query = `${projectKey.name} = '${project}'`;
    const only = repository === undefined ? '' : ` AND ${repositoryKey.name} = '${repository}'`;
    for await (const schedule of this.client.schedule.list({ query: `${query}${only}` })) {
      const owner = schedule.typedSearchAttributes?.get(repositoryKey);
      // A namespace may hold schedules of others that use the same attributes.
      if (owner !== undefined && schedule.scheduleId.startsWith('schedule:'))
        found.push({ id: schedule.scheduleId, repository: owner });
    }
    return found;
  }
}

function inputsOf(project: string, repository: string, schedules: PipelineSchedule[]) {
  const counts = new Map<string, number>();
  return schedules.map((schedule) => {
    const { pipeline } = schedule;
    const at = counts.get(pipeline) ?? 0;
    counts.set(pipeline, at + 1);
    const id = scheduleId(project, repository, pipeline, at);
    const input: ScheduledInput = { project, repository, ...schedule, schedule: id };
    return { schedule, input };
  });
}

function definitionOf(input: ScheduledInput, calendars: CalendarSpec[]) {
  const { project, repository, pipeline, schedule, cron, zone } = input;
  return {
    spec: { calendars, timezone: zone },
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL, catchupWindow: catchupWindowMs },
    action: {
      type: 'startWorkflow' as const,
      workflowType: workflowTypes.scheduled,
      workflowId: schedule,
      taskQueue,
      args: [input],
      staticSummary: `${pipeline} ${repository}: ${cron} in ${zone}`,
    },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: projectKey, value: project },
      { key: repositoryKey, value: repository },
      { key: pipelineKey, value: pipeline },
    ]),
  };
}

function calendarSpec(calendar: CronCalendar): CalendarSpec {
  return {
    ...calendar,
    month: calendar.month.flatMap((month) => MONTHS[month - 1] ?? []),
    dayOfWeek: calendar.dayOfWeek.flatMap((day) => DAYS_OF_WEEK[day] ?? []),
  };
}

/** The input says all that a definition is made of. */
function isSame({ action }: ScheduleDescription, { cron, zone }: ScheduledInput): boolean {
  const [before] = (action.args ?? []) as Partial<ScheduledInput>[];
  return before?.cron === cron && before.zone === zone;
}

/** What the client throws when the server does not take a specification, such as a zone that it does not know. */
const isRefusal = (error: unknown): error is TypeError => error instanceof TypeError;
