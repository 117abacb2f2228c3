import { randomUUID } from 'node:crypto';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { payloadValue } from '../codec/payloads';
import { SagalineError } from '../domain/errors';
import type { Plan } from '../domain/expand';
import { queries, updates } from '../domain/messages';
import type { ApprovalRequest, CanaryDecisionRequest, Resolution } from '../domain/operator';
import { canaryEnvironments, environmentsOf } from '../domain/plan';
import type { RunInput, RunView } from '../domain/run';
import { endedFromOutside, isOpenExecution } from '../domain/run-status';
import { toldAtEnd } from '../run-end';
import type { TemporalGateway } from './temporal';

/** What the gateway asks of runs. Every method throws SagalineError: NotFound, WrongState, NotAllowed, Unavailable. */
export class TemporalRuns {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
    private readonly temporal: TemporalGateway,
  ) {}

  /** What the run says of itself, or how it was ended from outside; of a closed one what it told with its end, which needs no worker. */
  async show(id: string): Promise<RunView> {
    const { status, runId } = await this.describe(id);
    const told = isOpenExecution(status.name)
      ? undefined
      : await this.temporal.call(runName(id), () => toldAtEnd(this.client, id, runId));
    const view = told ?? (await this.temporal.query<RunView>(id, runName(id), queries.state));
    return { ...view, ...endedFromOutside(status.code, view.status) };
  }

  /** The environments that a run changes or reads secrets of. */
  async environments(id: string): Promise<string[]> {
    return environmentsOf((await this.plan(id)).steps);
  }

  /** The environments to which a run releases by this canary, or by any where none is named. */
  async canaryEnvironments(id: string, step: string | undefined): Promise<string[]> {
    return canaryEnvironments(await this.plan(id), step);
  }

  /** What a run is to do; read from its history, so that it needs no worker. */
  private async plan(id: string): Promise<Plan> {
    const { history } = await this.temporal.call(runName(id), () =>
      this.client.workflowService.getWorkflowExecutionHistory({
        namespace: this.namespace,
        execution: { workflowId: id },
        maximumPageSize: 1,
      }),
    );
    const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    if (!payload) throw new SagalineError('NotFound', `${runName(id)} has no input`);
    return (await payloadValue<RunInput>(this.client, payload)).pipeline;
  }

  /** Asks a run to stop and undo what it did; throws WrongState when it has closed already. */
  async cancel(id: string, reason: string): Promise<void> {
    await this.requireOpen(id);
    await this.temporal.call(runName(id), () =>
      this.client.workflowService.requestCancelWorkflowExecution({
        namespace: this.namespace,
        workflowExecution: { workflowId: id },
        requestId: randomUUID(),
        identity: 'gateway',
        reason,
      }),
    );
  }

  /** Decides about an undo that keeps failing. */
  resolve(id: string, resolution: Resolution): Promise<RunView> {
    return this.update(id, updates.resolve, resolution);
  }

  /** Promotes or aborts a canary of the run. */
  decide(id: string, request: CanaryDecisionRequest): Promise<RunView> {
    return this.update(id, updates.decide, request);
  }

  /** Says yes or no to an approval that waits; throws NotAllowed for a person who may not decide on it. */
  answer(id: string, update: 'approve' | 'reject', request: ApprovalRequest): Promise<RunView> {
    return this.update(id, updates[update], request);
  }

  /** What Temporal knows of a run. */
  describe(id: string): Promise<WorkflowExecutionDescription> {
    return this.temporal.call(runName(id), () => this.client.workflow.getHandle(id).describe());
  }

  /** Returns when the run's worker has executed the update; throws WrongState when the run has closed. */
  private async update(id: string, name: string, request: object): Promise<RunView> {
    await this.requireOpen(id);
    const handle = this.client.workflow.getHandle(id);
    const send = () => handle.executeUpdate<RunView, [object]>(name, { args: [request] });
    try {
      return await this.temporal.call(runName(id), send);
    } catch (error) {
      // Temporal finds no run to update in one that has closed since it was looked at.
      if (error instanceof SagalineError && error.code === 'NotFound') await this.requireOpen(id);
      throw error;
    }
  }

  private async requireOpen(id: string): Promise<void> {
    const { status } = await this.describe(id);
    if (isOpenExecution(status.name)) return;
    const detail = `the run has closed already, in Temporal as ${status.name.toLowerCase()}`;
    throw new SagalineError('WrongState', detail);
  }
}

/** What errors call a run. */
export const runName = (id: string): string => `run ${id}`;
