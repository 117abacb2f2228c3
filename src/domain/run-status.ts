import type { RunStatus } from './run';

const openStatuses: readonly RunStatus[] = ['queued', 'running', 'waiting', 'needs-human'];

/** How an execution ends when nobody lets it say so, by the code of Temporal's WorkflowExecutionStatus. */
const endings: ReadonlyMap<number, string> = new Map([
  [5, 'terminated'],
  [7, 'timed out'],
]);

/** Whether a run of that status can still change. */
export const isOpen = (status: RunStatus): boolean => openStatuses.includes(status);

/** Whether an execution of that status, as Temporal names it, can still change. */
export const isOpenExecution = (name: string): boolean => name === 'RUNNING' || name === 'PAUSED';

/**
 * What to show of a run that somebody ended in Temporal itself, where its own last word would be false.
 * Undefined for every other run.
 */
export function endedFromOutside(
  executionStatus: number | null | undefined,
  status: RunStatus,
): { status: RunStatus; reason: string } | undefined {
  const how = endings.get(executionStatus ?? 0);
  if (how === undefined || !isOpen(status)) return undefined;
  const reason = `the run was ${how} in Temporal: its lane is put in order, its compensations did not run`;
  return { status: 'failed', reason };
}
