import { getExternalWorkflowHandle, type SignalDefinition, workflowInfo } from '@temporalio/workflow';
import type { Grant, Holder, Refusal } from '../src/domain/lane';
import { grantedSignal, refusedSignal, yieldSignal } from './messages';

/** Tells a run that it has its turn; returns when it was told, or has closed. */
export function tellGranted(holder: Holder, grant: Omit<Grant, 'entity' | 'holderRunId'>): Promise<void> {
  return send(holder, grantedSignal, {
    entity: workflowInfo().workflowId,
    holderRunId: holder.runId,
    ...grant,
  });
}

/** Tells a run that there is no turn for it any more. */
export function tellRefused(holder: Holder, reason: string): Promise<void> {
  return send(holder, refusedSignal, refusalOf(reason));
}

/** Asks a run that has its turn to end, if it still can. */
export function tellToYield(holder: Holder, reason: string): Promise<void> {
  return send(holder, yieldSignal, refusalOf(reason));
}

const refusalOf = (reason: string): Refusal => ({ entity: workflowInfo().workflowId, reason });

/** A run that cannot be told has closed; the watch frees its place. */
function send<T>({ workflowId, runId }: Holder, signal: SignalDefinition<[T]>, said: T): Promise<void> {
  return getExternalWorkflowHandle(workflowId, runId)
    .signal(signal, said)
    .catch(() => undefined);
}
