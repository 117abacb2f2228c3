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
    // A lane's first release has no stable one beside it: there a lapsed candidate is better than no answer.
    const serving = candidate !== null && (stable === null || !isLapsed(lease, now));
    if (!serving || !isCandidateTurn(++this.requests, weight)) {
      return destinations('stable', stable, this.rotations.stable++);
    }
    // Only what stable serves by its own turn moves its rotation, or two replicas would not share evenly.
    return [
      ...destinations('candidate', candidate, this.rotations.candidate++),
      ...destinations('stable', stable, this.rotations.stable),
    ];
  }
}

function destinations(role: Role, backend: Backend | null, rotation: number): Destination[] {
  const ports = backend?.ports ?? [];
  const start = rotation % Math.max(ports.length, 1);
  return [...ports.slice(start), ...ports.slice(0, start)].flatMap((port) =>
    backend === null ? [] : [{ role, backend, port }],
  );
}
