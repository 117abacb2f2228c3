import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EventRecord, SagalineEvent } from '../src/domain/event';
import type { Finish, Grant, Holder, LaneView, Refusal } from '../src/domain/lane';
import { queries, signals, updates } from '../src/domain/messages';
import type { CanaryDecisionRequest, Resolution, RollbackRequest } from '../src/domain/operator';
import type { RunView } from '../src/domain/run';

export const deliverSignal = defineSignal<[SagalineEvent]>(signals.deliver);
export const eventQuery = defineQuery<EventRecord | null, [string]>(queries.event);

export const requestSignal = defineSignal<[Holder]>(signals.request);
export const finishSignal = defineSignal<[Finish]>(signals.finish);
export const laneQuery = defineQuery<LaneView>(queries.state);
export const rollbackUpdate = defineUpdate<LaneView, [RollbackRequest]>(updates.rollback);

export const grantedSignal = defineSignal<[Grant]>(signals.granted);
export const refusedSignal = defineSignal<[Refusal]>(signals.refused);
export const progressSignal = defineSignal<[CanaryProgress]>(signals.progress);
export const decideUpdate = defineUpdate<RunView, [CanaryDecisionRequest]>(updates.decide);
export const operatorSignal = defineSignal<[OperatorCommand]>(signals.operator);
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
