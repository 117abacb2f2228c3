import type { SagalineEvent } from './event';
import type { Pipeline } from './pipeline';

/** Open statuses, then closed ones; the words are part of the HTTP contract. */
export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'needs-human',
  'succeeded',
  'failed',
  'rolled-back',
  'cancelled',
  'superseded',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Compared within one subject only: time of acceptance (ms), then the inbox's counter. */
export interface Order {
  time: number;
  counter: number;
}

/** Everything a run needs, decided before it starts: it never reads a pipeline file itself. */
export interface RunInput {
  project: string;
  repository: string;
  commit: string;
  event: SagalineEvent;
  eventId: string;
  order: Order;
  pipeline: Pipeline;
}

export type StepStatus = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

export interface StepView {
  id: string;
  uses: string;
  status: StepStatus;
  startedAt: string | null;
  finishedAt: string | null;
  /** One line a person reads: why it failed, or what a canary is doing. */
  detail: string | null;
}

export interface CompensationView {
  step: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  startedAt: string | null;
  finishedAt: string | null;
  detail: string | null;
}

/** Answer of the run's `state` query and, with links, of `GET /runs/:id`. */
export interface RunView {
  id: string;
  pipeline: string;
  repository: string;
  service: string | null;
  environment: string | null;
  commit: string;
  eventId: string;
  status: RunStatus;
  reason: string | null;
  steps: StepView[];
  compensations: CompensationView[];
}
