/** What the worker process asks: how does this activity end? */
export interface Call {
  id: number;
  /** Name of the activity. */
  activity: string;
  input: unknown;
  /** Workflow that called it. */
  workflowId: string;
  /** From 1. */
  attempt: number;
  /** Simulated time in ms at which this attempt was due. */
  at: number;
}

/** How an activity ends; a result that is undefined does not survive the way between processes. */
export type Answer = { result?: unknown } | { failure: Failure };

/** A failure as the error table has it. */
export interface Failure {
  type: string;
  message: string;
  nonRetryable: boolean;
}

/** What the worker process says: that it polls, or a call. */
export type FromWorker = { kind: 'ready' } | { kind: 'call'; call: Call };

/** What it is told: the answer to the call of that id. */
export interface ToWorker {
  id: number;
  answer: Answer;
}

/** What a worker process must know, in its first argument as JSON. */
export interface WorkerSettings {
  /** `host:port` of the test server. */
  address: string;
  /** Path of the bundled workflows. */
  bundle: string;
  /** Task queues of pools, beside the one that executes workflows. */
  pools: string[];
}
