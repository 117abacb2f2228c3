import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { SagalineEvent } from '../../domain/event';
import { groupId, inboxId, laneId, runWorkflowId, waitsId } from '../../domain/identity';
import type { EntityRef, Finish, Holder } from '../../domain/lane';
import { signals, taskQueue, workflowTypes } from '../../domain/messages';
import { lanesOf } from '../../domain/plan';
import type { RunInput } from '../../domain/run';
import type { Attention, Workflows } from '../../ports';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Temporal as activities see it. */
export class TemporalWorkflows implements Workflows {
  constructor(private readonly client: Client) {}

  async startRun(input: RunInput): Promise<string> {
    const { project, repository, pipeline, event } = input;
    const workflowId = runWorkflowId(project, repository, pipeline.name, event.key);
    try {
      await this.client.workflow.start(workflowTypes.run, {
        workflowId,
        taskQueue,
        args: [input],
        // The inbox forgets old keys; this refuses a second run for as long as the namespace retains the first.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: searchAttributesOf(input),
        staticSummary: `${pipeline.name} ${repository} ${input.commit.slice(0, 12)}`,
        // A search attribute holds 255 characters, and an event's id can be longer.
        memo: { eventId: input.eventId },
      });
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

  async offerEvent(project: string, event: SagalineEvent): Promise<void> {
    const waits = this.client.workflow.getHandle(waitsId(project, event.kind));
    await waits.signal(signals.offer, event).catch((error: unknown) => {
      // Nobody has waited for such an event yet, or nobody does any more.
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

  syncSchedules(): Promise<void> {
    return Promise.resolve();
  }

  async closed(
    { workflowId, runId }: Pick<Holder, 'workflowId' | 'runId'>,
    attention: Attention,
  ): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowId, runId, { followRuns: false });
    // result() throws for every way to end but completion; all that counts here is that it has ended.
    const ended = handle.result().then(
      () => true,
      (error: unknown) => isEnd(error) || Promise.reject(error as Error),
    );
    const stopped = new Promise<never>((_, reject) => {
      attention.signal.addEventListener('abort', () => {
        reject(attention.signal.reason as Error);
      });
    });
    await this.client.withAbortSignal(attention.signal, () => Promise.race([ended, stopped]));
  }
}

/** Names of failures by which the client tells that an execution has ended or is no longer kept. */
function isEnd(error: unknown): boolean {
  return (
    error instanceof WorkflowNotFoundError ||
    (error instanceof Error && ['WorkflowFailedError', 'WorkflowContinuedAsNewError'].includes(error.name))
  );
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

function searchAttributesOf({
  project,
  repository,
  commit,
  eventId,
  pipeline,
}: RunInput): TypedSearchAttributes {
  const lanes = lanesOf(pipeline);
  const pairs: [string, string | undefined][] = [
    ['SagalineProject', project],
    ['SagalineRepository', repository],
    ['SagalinePipeline', pipeline.name],
    ['SagalineService', lanes[0]?.service],
    ['SagalineEnvironment', lanes[0]?.environment],
    ['SagalineCommit', commit],
    ['SagalineEventId', eventId.slice(0, 255)],
    ['SagalineStatus', 'running'],
  ];
  return new TypedSearchAttributes(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ key: keyword(name), value }])),
  );
}
