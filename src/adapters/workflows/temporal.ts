import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { SagalineEvent } from '../../domain/event';
import { groupId, inboxId, laneId, runWorkflowId, waitsId } from '../../domain/identity';
import type { EntityRef, Finish, Holder } from '../../domain/lane';
import { signals, taskQueue, workflowTypes } from '../../domain/messages';
import type { RunInput } from '../../domain/run';
import type { Wait } from '../../domain/wait';
import type { AttemptRef, PipelineSchedule, ScheduleSync, Workflows } from '../../ports';
import { runStart } from '../../run-start';
import { Closings } from './closings';
import { TemporalSchedules } from './schedules';

/** Temporal as activities see it. */
export class TemporalWorkflows implements Workflows {
  private readonly schedules: TemporalSchedules;
  private readonly closings: Closings;

  /** `native` is a client on the connection of this process's worker, which can take a run's first task with the answer to its start. */
  constructor(
    private readonly client: Client,
    private readonly native?: Client,
  ) {
    this.schedules = new TemporalSchedules(client);
    this.closings = new Closings(client);
  }

  async startRun(input: RunInput): Promise<string> {
    const { project, repository, pipeline, event } = input;
    const workflowId = runWorkflowId(project, repository, pipeline.name, event.key);
    const { workflow } = this.native ?? this.client;
    const requestEagerStart = this.native !== undefined;
    try {
      await workflow.start(workflowTypes.run, { ...runStart(workflowId, input), requestEagerStart });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return workflowId;
  }

  async signalEntity(
    entity: EntityRef,
    signal: 'request' | 'finish',
    payload: Holder | Finish,
  ): Promise<void> {
    const { workflowId, summary, start } = entityStart(entity);
    await this.client.workflow.signalWithStart(start.type, {
      workflowId,
      taskQueue,
      signal,
      signalArgs: [payload],
      args: [start.input],
      staticSummary: summary,
    });
  }

  async signalWaits(
    project: string,
    kind: string,
    signal: 'register' | 'leave',
    payload: Wait | Pick<Wait, 'workflowId' | 'runId' | 'step'>,
  ): Promise<void> {
    if (signal === 'leave') {
      await this.signalIfOpen(waitsId(project, kind), signals.leave, payload);
      return;
    }
    await this.client.workflow.signalWithStart(workflowTypes.waits, {
      workflowId: waitsId(project, kind),
      taskQueue,
      signal: signals[signal],
      signalArgs: [payload],
      args: [{ project, kind }],
      staticSummary: `runs that wait for ${kind}`,
    });
  }

  offerEvent(project: string, event: SagalineEvent): Promise<void> {
    return this.signalIfOpen(waitsId(project, event.kind), signals.offer, event);
  }

  private async signalIfOpen(workflowId: string, signal: string, payload: unknown): Promise<void> {
    await this.client.workflow
      .getHandle(workflowId)
      .signal(signal, payload)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  async deliver(project: string, event: SagalineEvent): Promise<void> {
    const { source, subject } = event;
    await this.client.workflow.signalWithStart(workflowTypes.inbox, {
      workflowId: inboxId(project, source, subject),
      taskQueue,
      signal: signals.deliver,
      signalArgs: [event],
      args: [{ project, source, subject }],
    });
  }

  syncSchedules(project: string, repository: string, schedules: PipelineSchedule[]): Promise<ScheduleSync> {
    return this.schedules.sync(project, repository, schedules);
  }

  scheduledRepositories(project: string): Promise<string[]> {
    return this.schedules.repositories(project);
  }

  async watch(
    { workflowId, runId }: Pick<Holder, 'workflowId' | 'runId'>,
    { taskToken, attemptMs }: AttemptRef,
  ): Promise<'closed' | 'watched'> {
    try {
      const { status } = await this.client.workflow.getHandle(workflowId, runId).describe();
      if (status.name !== 'RUNNING') return 'closed';
    } catch (error) {
      // It is no longer kept.
      if (error instanceof WorkflowNotFoundError) return 'closed';
      throw error;
    }
    this.closings.watch(runId, taskToken, attemptMs);
    return 'watched';
  }
}

function entityStart(entity: EntityRef) {
  if (entity.kind === 'lane') {
    return {
      workflowId: laneId(entity.lane),
      summary: `lane ${entity.lane.service} in ${entity.lane.environment}`,
      start: { type: workflowTypes.lane, input: { lane: entity.lane } },
    };
  }
  return {
    workflowId: groupId(entity.project, entity.group),
    summary: `group ${entity.group}`,
    start: { type: workflowTypes.group, input: { project: entity.project, group: entity.group } },
  };
}
