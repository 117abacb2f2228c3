import type { SagalineEvent } from './event';

/** One step of a run that waits for an event. */
export interface Wait {
  workflowId: string;
  runId: string;
  step: string;
  /** Kind of the event. */
  kind: string;
  /** CEL over `event`, `run` and `inputs`; every event of the kind when absent. */
  when?: string;
  run: { id: string; commit: string; repository: string; pipeline: string };
  inputs: Record<string, string | number | boolean>;
}

/** The event that a step waited for. */
export interface Awaited {
  step: string;
  event: SagalineEvent;
}
