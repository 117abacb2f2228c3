import {
  CancellationScope,
  ChildWorkflowCancellationType,
  executeChild,
  getExternalWorkflowHandle,
  startChild,
} from '@temporalio/workflow';
import type { Backend } from '../src/domain/release';
import { canary, type CanaryInput } from './canary';

/** Executes a canary to its end, which it also comes to when it is cancelled; returns what was stable beside it. */
export async function executeCanary(
  workflowId: string,
  input: CanaryInput,
  isOfFirstVersion: boolean,
): Promise<Backend | null> {
  const { service, environment } = input.lane;
  const start = {
    workflowId,
    args: [input] as [CanaryInput],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    staticSummary: `canary ${service} in ${environment}`,
  };
  if (isOfFirstVersion) return executeChild(canary, start);
  const child = await CancellationScope.nonCancellable(() => startChild(canary, start));
  const ended = CancellationScope.nonCancellable(() => child.result());
  const { cancelRequested } = CancellationScope.current();
  const outcome = await Promise.race([
    ended.then(
      () => 'ended',
      () => 'ended',
    ),
    cancelRequested.catch(() => 'cancelled'),
  ]);
  if (outcome === 'cancelled') {
    await CancellationScope.nonCancellable(
      () =>
        // A cancelled child is told by its first execution, which is over when the canary has continued as new.
        getExternalWorkflowHandle(workflowId).cancel(),
      // It has just ended.
    ).catch(() => undefined);
  }
  return ended;
}
