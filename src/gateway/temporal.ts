import type { Client } from '@temporalio/client';
import { cut } from '../adapters/sources/text';
import { SagalineError } from '../domain/errors';
import type { EventRecord, SagalineEvent } from '../domain/event';
import { laneId, laneName } from '../domain/identity';
import type { LaneView } from '../domain/lane';
import { queries, signals, taskQueue, updates, workflowTypes } from '../domain/messages';
import type { RollbackRequest } from '../domain/operator';
import type { LaneRef } from '../domain/release';
import { errorOfTemporal, unconfirmed } from './temporal-errors';

/** Milliseconds after which an unanswered call is a 503. */
const answerMs = 5_000;
/** UTF-16 units of a summary: Temporal documents a limit of 400 bytes, encryption included, though not every server enforces it. */
const maxSummary = 90;
/** Milliseconds that a caller waits for an accepted rollback to end, before it is told to look again later. */
const rollbackMs = 60_000;

/** What the gateway asks of inboxes and lanes, and the way every call to Temporal takes. Every method throws SagalineError: NotFound, WrongState, Unavailable. */
export class TemporalGateway {
  constructor(
    private readonly client: Client,
    private readonly namespace: string,
  ) {}

  /** Hands an event to the inbox of its subject, in one call; returns once it is durable, throws Unavailable otherwise. `deadline` in ms since 1970. */
  async deliver(project: string, inbox: string, event: SagalineEvent, deadline: number): Promise<void> {
    const { source, subject } = event;
    const signal = () =>
      this.client.workflow.signalWithStart(workflowTypes.inbox, {
        workflowId: inbox,
        taskQueue,
        signal: signals.deliver,
        signalArgs: [event],
        args: [{ project, source, subject }],
        staticSummary: summaryOf(subject),
      });
    const what = `the inbox of ${subject}`;
    await unconfirmed(what, this.call(what, signal, deadline - Date.now()));
  }

  /** Events in the present history of a workflow; 0 when it does not exist. */
  async historyLength(workflowId: string): Promise<number> {
    try {
      return await this.call(workflowId, async () => {
        const { status, historyLength } = await this.client.workflow.getHandle(workflowId).describe();
        return status.name === 'RUNNING' ? historyLength : 0;
      });
    } catch (error) {
      if (error instanceof SagalineError && error.code === 'NotFound') return 0;
      throw error;
    }
  }

  /** What the inbox remembers of an event; throws NotFound when it has forgotten it. */
  async event(inbox: string, key: string): Promise<EventRecord> {
    const what = 'event of that id';
    const record = await this.query<EventRecord | null>(inbox, what, queries.event, key);
    if (!record) throw new SagalineError('NotFound', `there is no ${what}, or it is too long ago`);
    return record;
  }

  lane(lane: LaneRef): Promise<LaneView> {
    return this.query(laneId(lane), `lane ${laneName(lane)}`, queries.state);
  }

  /** Moves a lane back; undefined when the lane has accepted but not finished within a minute. */
  async rollback(lane: LaneRef, request: RollbackRequest): Promise<LaneView | undefined> {
    const what = `lane ${laneName(lane)}`;
    const handle = this.client.workflow.getHandle(laneId(lane));
    const update = await this.call(what, () =>
      handle.startUpdate<LaneView, [RollbackRequest]>(updates.rollback, {
        args: [request],
        waitForStage: 'ACCEPTED',
      }),
    );
    try {
      return await this.call(what, () => update.result(), rollbackMs);
    } catch (error) {
      if (error instanceof SagalineError && error.code === 'Unavailable') return undefined;
      throw error;
    }
  }

  /** Resolves when Temporal answers for the namespace. */
  async ping(): Promise<void> {
    const what = `namespace ${this.namespace}`;
    const describe = () => this.client.workflowService.describeNamespace({ namespace: this.namespace });
    await unconfirmed(what, this.call(what, describe));
  }

  /** Any call with the deadline and the errors that every call has. */
  async call<T>(what: string, act: () => Promise<T>, deadlineMs = answerMs): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + deadlineMs, act);
    } catch (error) {
      throw errorOfTemporal(error, what);
    }
  }

  /** What a workflow answers to a query; `what` names the workflow in errors. */
  query<T>(id: string, what: string, name: string, ...args: string[]): Promise<T> {
    return this.call(what, () => this.client.workflow.getHandle(id).query<T, string[]>(name, ...args));
  }
}

/** Without control characters, because each takes six bytes in JSON. */
const summaryOf = (subject: string) => cut(`events of ${subject.replace(/\p{Cc}/gu, ' ')}`, maxSummary);
