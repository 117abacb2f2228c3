import { createHistogram } from 'node:perf_hooks';
import type { RoleStatistics } from '../schemas';

/** Which part of a lane's traffic a request belongs to. */
export type Role = 'stable' | 'candidate';

/** Longest latency that is told apart, in microseconds. */
const maxMicroseconds = 600_000_000;

/** Requests of one role since the last change of traffic. */
class RoleWindow {
  private requests = 0;
  private errors = 0;
  private readonly latency = createHistogram({ lowest: 1, highest: maxMicroseconds, figures: 2 });

  record(failed: boolean, milliseconds: number): void {
    this.requests += 1;
    if (failed) this.errors += 1;
    this.latency.record(Math.min(Math.max(Math.round(milliseconds * 1000), 1), maxMicroseconds));
  }

  summary(): RoleStatistics {
    const { requests, errors } = this;
    const percentile = (percent: number) => this.latency.percentile(percent) / 1000;
    const latencyMs =
      requests === 0 ? null : { p50: percentile(50), p95: percentile(95), p99: percentile(99) };
    return { requests, errors, latencyMs };
  }
}

/** What is measured between two changes of traffic; a request counts in the window in which it began. */
export class MeasurementWindow {
  readonly stable = new RoleWindow();
  readonly candidate = new RoleWindow();
  private readonly since = performance.now();

  /** Length in seconds so far. */
  seconds(): number {
    return (performance.now() - this.since) / 1000;
  }
}
