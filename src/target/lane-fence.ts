import { SagalineError } from '../domain/errors';
import { laneName } from '../domain/identity';
import { type Fence, isStale, type LaneRef } from '../domain/release';

/** Throws StaleGeneration when the lane has already seen a newer fence. */
export function refuseStale(lane: LaneRef, write: Fence, seen: Fence | undefined): void {
  if (seen === undefined || !isStale(write, seen)) return;
  const text = (fence: Fence) => `${String(fence.generation)}.${String(fence.sequence)}`;
  throw new SagalineError(
    'StaleGeneration',
    `${laneName(lane)} is at ${text(seen)}, which is newer than ${text(write)}`,
  );
}
