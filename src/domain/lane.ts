import type { Backend, LaneRef, Release } from './release';
import type { Order } from './run';

/** A run that asks for a lane. */
export interface Holder {
  workflowId: string;
  runId: string;
  subject: string;
  order: Order;
  commit: string;
}

/** What a granted run is told: its fence and what to go back to. */
export interface Grant {
  lane: LaneRef;
  generation: number;
  live: Release | null;
  stable: Backend | null;
  earlier: Release[];
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
}
