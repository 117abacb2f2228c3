import type { Backend } from '../../domain/release';
import { isCandidateTurn } from '../../domain/traffic-split';
import type { LaneRecord } from '../schemas';
import { isLapsed } from './lane-record';
import type { Role } from './window';

/** One place a request can be sent to. */
export interface Destination {
  role: Role;
  backend: Backend;
  port: number;
}

/** Chooses where each request of a lane goes, from the record it was made for. */
export class Balancer {
  private requests = 0;
  private readonly rotations = { stable: 0, candidate: 0 };

  constructor(private readonly record: LaneRecord) {}

  /** Destinations in the order in which they may be tried; empty when no release serves the lane. */
  next(lease: LaneRecord, now: number): Destination[] {
    const { stable, candidate, weight } = this.record;
    const serving = candidate !== null && !isLapsed(lease, now);
    if (serving && isCandidateTurn(++this.requests, weight)) {
      return [...this.rotate('candidate', candidate), ...this.rotate('stable', stable)];
    }
    return this.rotate('stable', stable);
  }

  private rotate(role: Role, backend: Backend | null): Destination[] {
    if (backend === null) return [];
    const start = this.rotations[role]++;
    return backend.ports.map((_, at, ports) => ({
      role,
      backend,
      port: ports[(start + at) % ports.length] ?? 0,
    }));
  }
}
