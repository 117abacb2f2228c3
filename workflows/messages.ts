import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EventRecord, SagalineEvent } from '../src/domain/event';
import type { Finish, Grant, GroupView, Holder, LaneView, Refusal } from '../src/domain/lane';
import { queries, signals, updates } from '../src/domain/messages';
import type {
  ApprovalRequest,
  CanaryDecisionRequest,
  Resolution,
  RollbackRequest,
} from '../src/domain/operator';
import type { Awaited, Wait } from '../src/domain/wait';
import type { RunInput, RunView } from '../src/domain/run';

export const deliverSignal = defineSignal<[SagalineEvent]>(signals.deliver);
export const eventQuery = defineQuery<EventRecord | null, [string]>(queries.event);

export const requestSignal = defineSignal<[Holder]>(signals.request);
export const finishSignal = defineSignal<[Finish]>(signals.finish);
export const laneQuery = defineQuery<LaneView>(queries.state);
export const groupQuery = defineQuery<GroupView>(queries.state);
export const rollbackUpdate = defineUpdate<LaneView, [RollbackRequest]>(updates.rollback);

export const grantedSignal = defineSignal<[Grant]>(signals.granted);
export const refusedSignal = defineSignal<[Refusal]>(signals.refused);
/** Asks an active run to make room for a newer one of its group. */
export const yieldSignal = defineSignal<[Refusal]>(signals.yield);
export const progressSignal = defineSignal<[CanaryProgress]>(signals.progress);
export const decideUpdate = defineUpdate<RunView, [CanaryDecisionRequest]>(updates.decide);
export const operatorSignal = defineSignal<[OperatorCommand]>(signals.operator);
export const approveUpdate = defineUpdate<RunView, [ApprovalRequest]>(updates.approve);
export const rejectUpdate = defineUpdate<RunView, [ApprovalRequest]>(updates.reject);
/** The input of the run that would go on from this one. */
export const retryQuery = defineQuery<RunInput>(queries.retry);
/** Runs that wait for events: they register and leave; events are offered; a match comes back. */
export const registerSignal = defineSignal<[Wait]>(signals.register);
export const leaveSignal = defineSignal<[Pick<Wait, 'workflowId' | 'runId' | 'step'>]>(signals.leave);
export const offerSignal = defineSignal<[SagalineEvent]>(signals.offer);
export const awaitedSignal = defineSignal<[Awaited]>(signals.awaited);
export const runQuery = defineQuery<RunView>(queries.state);
export const resolveUpdate = defineUpdate<RunView, [Resolution]>(updates.resolve);

/** What a run passes on to its canary. */
export interface OperatorCommand {
  command: 'promote' | 'abort';
  reason: string;
}

/** What a canary tells its run: one line, and whether it waits for a person or for data. */
export interface CanaryProgress {
  step: string;
  detail: string;
  waiting: boolean;
}
