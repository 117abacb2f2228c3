import type { SagalineEvent } from './event';
import type { Inputs } from './inputs';
import type { Plan } from './expand';

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

/** The version of runs that begin now. */
export const runVersion = 3;

/** Everything a run needs, decided before it starts: it never reads a pipeline file itself. */
export interface RunInput {
  project: string;
  repository: string;
  commit: string;
  event: SagalineEvent;
  eventId: string;
  order: Order;
  pipeline: Plan;
  /**
   * What began it, because it keeps to the order of commands that its history holds: absent in runs that 0.1.0 started; from 3 on
   * messages that follow one another are sent together.
   */
  version?: 2 | 3;
  inputs?: Inputs;
  /** The event names a ref that nobody proved its commit to be on: the run counts as one without a ref. */
  refUnproven?: true;
  /** The commit is of a fork's pull request: nothing begins until a member of one of these teams, or anybody where none is named, agrees. */
  fork?: { teams: string[] };
  /** What a `retry` keeps of the run before it. */
  resume?: { of: string; outputs: Record<string, StepOutput> };
}

/** The ref that a run may act for; null where its event names none, or none that was proven. */
export function refOf({ event, refUnproven }: Pick<RunInput, 'event' | 'refUnproven'>): string | null {
  const { ref } = event.data;
  return refUnproven === undefined && typeof ref === 'string' ? ref : null;
}

/** What later steps may read of an earlier one in `${steps.<id>...}`. */
export interface StepOutput {
  output: string;
  before: { output: string };
  /** Digest of what the step's `artifacts` matched. */
  artifact: string | null;
  /** Status of an HTTP answer. */
  code?: number;
  /** The event that a wait was for. */
  event?: SagalineEvent;
}

export type StepStatus = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

/** What a step releases, and where; equal content has an equal id. */
export interface StepRelease {
  service: string;
  environment: string;
  id: string;
  /** `sha256:<hex>` each. */
  artifact: string;
  configuration: string;
  /** Who took it, or took it back, before its checks decided; null where they did. */
  decided: { actor: string; reason: string } | null;
}

export interface StepView {
  id: string;
  uses: string;
  status: StepStatus;
  startedAt: string | null;
  finishedAt: string | null;
  /** One line a person reads: why it failed, or what a canary is doing. */
  detail: string | null;
  /** Only of a step that has begun to release something. */
  release?: StepRelease;
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
