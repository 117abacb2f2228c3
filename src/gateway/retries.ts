import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { payloadValue } from '../codec/payloads';
import { attemptId, attemptOf } from '../domain/attempt';
import { SagalineError } from '../domain/errors';
import { queries, workflowTypes } from '../domain/messages';
import type { RunInput } from '../domain/run';
import { runStart } from '../run-start';
import { isOpenExecution } from '../domain/run-status';
import type { TemporalGateway } from './temporal';
import { runName, type TemporalRuns } from './temporal-runs';

const statusKey = defineSearchAttributeKey('SagalineStatus', SearchAttributeType.KEYWORD);

/** Starts runs that go on where closed ones ended: `<run id>:2`, `<run id>:3` and so on. */
export class Retries {
  /** Questions under way, by the run that is asked: a worker replays a closed run for each, and several at once get in each other's way. */
  private readonly asked = new Map<string, Promise<RunInput>>();

  constructor(
    private readonly client: Client,
    private readonly temporal: TemporalGateway,
    private readonly runs: TemporalRuns,
  ) {}

  /**
   * The id of the run that was started. `step`, where given, must be one that is executed again; `why` says who wants it.
   * Throws WrongState when the run is open or has succeeded, or when a retry of it is or has.
   */
  async start(id: string, step: string | undefined, why: string): Promise<string> {
    requireFailed(runName(id), await this.runs.describe(id));
    const next = await this.freeId(id);
    const input = await this.askedOnce(id);
    if (step !== undefined) requireRepeated(input, step);
    const details = `retry of \`${id}\` by ${why}`;
    const options = { ...runStart(next, input), staticDetails: details };
    const start = () => this.client.workflow.start(workflowTypes.run, options);
    await this.temporal.call(runName(next), () =>
      start().catch((error: unknown) => {
        // Whoever asks at the same moment finds the same free id, and Temporal gives it to one of them.
        if (error instanceof WorkflowExecutionAlreadyStartedError) throw stillOpen(runName(next));
        throw error;
      }),
    );
    return next;
  }

  private askedOnce(id: string): Promise<RunInput> {
    const underWay = this.asked.get(id);
    if (underWay) return underWay;
    const asking = this.nextInput(id).finally(() => this.asked.delete(id));
    this.asked.set(id, asking);
    return asking;
  }

  /** Where the run says that it is to go on; one that was ended before any worker began it is retried as it was. */
  private async nextInput(id: string): Promise<RunInput> {
    try {
      return await this.temporal.query<RunInput>(id, runName(id), queries.retry);
    } catch (error) {
      const input = await this.inputOfUnbegun(id);
      if (input) return input;
      throw error;
    }
  }

  /** The input of a run that no worker has ever begun and that can therefore answer no query; undefined for all others. */
  private async inputOfUnbegun(id: string): Promise<RunInput | undefined> {
    const handle = this.client.workflow.getHandle(id);
    const { events } = await this.temporal.call(runName(id), () => handle.fetchHistory());
    if (!events || events.some(({ workflowTaskStartedEventAttributes: begun }) => begun)) return undefined;
    const [input] = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    return input && payloadValue<RunInput>(this.client, input);
  }

  /** The first id after this run's that no retry has; throws WrongState when one of them leaves nothing to retry. */
  private async freeId(id: string): Promise<string> {
    const { first, number } = attemptOf(id);
    for (let next = number + 1; ; next++) {
      const later = attemptId(first, next);
      const description = await this.describeIfAny(later);
      if (!description) return later;
      requireFailed(`its retry ${later}`, description);
    }
  }

  private async describeIfAny(id: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await this.runs.describe(id);
    } catch (error) {
      if (error instanceof SagalineError && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}

function requireFailed(what: string, description: WorkflowExecutionDescription): void {
  if (isOpenExecution(description.status.name)) throw stillOpen(what);
  if (description.typedSearchAttributes.get(statusKey) === 'succeeded')
    throw new SagalineError('WrongState', `${what} has succeeded: there is nothing to retry`);
}

const stillOpen = (what: string): SagalineError => new SagalineError('WrongState', `${what} is still open`);

function requireRepeated({ pipeline, resume }: RunInput, step: string): void {
  if (!pipeline.steps.some(({ id }) => id === step))
    throw new SagalineError('WrongState', `the run has no step ${step}`);
  if (resume && Object.hasOwn(resume.outputs, step))
    throw new SagalineError('WrongState', `step ${step} has succeeded, and a retry keeps what it did`);
}
