import type { DesiredTraffic, Fence, LaneRef, Traffic } from '../../domain/release';
import type { LaneRecord } from '../schemas';

/** Whether the candidate's lease has run out at `now` (ms since the epoch). */
export function isLapsed({ leaseUntil }: LaneRecord, now: number): boolean {
  return leaseUntil !== null && now >= leaseUntil;
}

/** The record after a write. A repeated write extends a lease that still runs, and never revives one that ran out. */
export function written(
  previous: LaneRecord | undefined,
  lane: LaneRef,
  fence: Fence,
  { stable, candidate, weight, leaseMs, earlier }: DesiredTraffic,
  port: number,
  now: number,
): LaneRecord {
  const leaseUntil = leaseMs === null ? null : now + leaseMs;
  const next = { lane, port, fence, stable, candidate, weight, leaseUntil, earlier };
  if (!previous || isChange(previous, next) || !isLapsed(previous, now)) return next;
  return { ...next, leaseUntil: previous.leaseUntil };
}

/** The record after a renewal (ms); a lease that has run out stays so until the next write. */
export function renewed(previous: LaneRecord, leaseMs: number, now: number): LaneRecord {
  if (previous.leaseUntil === null || isLapsed(previous, now)) return previous;
  return { ...previous, leaseUntil: now + leaseMs };
}

/** Whether requests measured under one record say nothing about the other. */
export function isChange(previous: LaneRecord, next: LaneRecord): boolean {
  const essence = ({ fence, weight, stable, candidate }: LaneRecord) =>
    JSON.stringify([
      fence.generation,
      fence.sequence,
      weight,
      stable?.instance,
      stable?.ports,
      candidate?.instance,
      candidate?.ports,
    ]);
  return essence(previous) !== essence(next);
}

export function trafficOf(record: LaneRecord, now: number): Traffic {
  const { stable, candidate, weight, earlier, fence, port } = record;
  const url = `http://127.0.0.1:${String(port)}`;
  return { stable, candidate, weight, earlier, fence, url, lapsed: isLapsed(record, now) };
}
