import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RunView } from './domain/run';

/**
 * What a run told with its end, which needs no worker: undefined where it told nothing, because it was cancelled or ended from
 * outside, or 0.2.0 began it and it failed. Waits for the end of an open run; throws what the client throws.
 */
export async function toldAtEnd(
  client: Client,
  id: string,
  executionId: string,
): Promise<RunView | undefined> {
  try {
    const handle = client.workflow.getHandle(id, executionId, { followRuns: false });
    return (await handle.result()) as RunView;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return toldBy(error);
  }
}

function toldBy({ cause }: WorkflowFailedError): RunView | undefined {
  const [view] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return typeof view === 'object' && view !== null && 'steps' in view ? (view as RunView) : undefined;
}
