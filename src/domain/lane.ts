import type { LaneRef, Release } from './release';
import type { Order } from './run';

/** How the runs of a group make room for newer ones. */
export interface GroupRule {
  /** `queue`: all take turns. `cancel`: older ones end. `coalesce`: active ones finish, the newest waits alone. */
  onNewer: 'queue' | 'cancel' | 'coalesce';
  /** Runs that may be active at one time. */
  limit: number;
}

/** A run that asks for its turn. */
export interface Holder {
  workflowId: string;
  runId: string;
  subject: string;
  order: Order;
  commit: string;
  /** Told to groups alone; absent is `queue` with a limit of one. */
  rule?: GroupRule;
  /** Told to lanes alone: pool of the environment, whose workers reach the target; absent or null is the default one. */
  pool?: string | null;
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

/** What a run is told that is refused, or that is asked to make room for a newer one. */
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
  /** In the order in which they get their turn. */
  waiting: Holder[];
  /** Why the target could not be put in order, when it could not. */
  problem: string | null;
}

/** Answer of the group's `state` query. */
export interface GroupView {
  group: string;
  /** What the newest run has asked for. */
  rule: GroupRule;
  holders: Holder[];
  /** In the order in which they get their turn. */
  waiting: Holder[];
}
