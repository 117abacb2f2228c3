import type { LaneRef, Release } from './release';
import type { Order } from './run';

/** A run that asks for its turn. */
export interface Holder {
  workflowId: string;
  runId: string;
  subject: string;
  order: Order;
  commit: string;
}

/** Which entity a run asks: the lane of a service, or the group of a pipeline's `concurrency`. */
export type EntityRef = { kind: 'lane'; lane: LaneRef } | { kind: 'group'; project: string; group: string };

/** What a granted run is told: its fence, and what to go back to. */
export interface Grant {
  /** Workflow id of the entity that grants. */
  entity: string;
  /** Run id of the execution that asked: after a reset it tells the old one's grant from the new one's. */
  holderRunId: string;
  generation: number;
  live: Release | null;
  earlier: Release[];
}

/** What a refused run is told. */
export interface Refusal {
  entity: string;
  reason: string;
}

/** What a holder says at its end: the release it left live, or null when it changed nothing or undid it. */
export interface Finish {
  workflowId: string;
  runId: string;
  deployed: Release | null;
}

/** Answer of the lane's `state` query and, with traffic, of `GET /lanes/:service/:environment`. */
export interface LaneView {
  service: string;
  environment: string;
  generation: number;
  live: Release | null;
  earlier: Release[];
  holder: Holder | null;
  waiting: Holder[];
  /** Why the target could not be put in order, when it could not. */
  problem: string | null;
}
