import { Counter, Histogram, Registry } from 'prom-client';
import { laneKey } from '../layout';
import type { LaneRef } from '../../domain/release';
import type { Role } from './window';

interface ReleaseLabels extends Record<string, string> {
  project: string;
  service: string;
  environment: string;
  release: string;
  role: Role;
}

const releaseLabels = ['project', 'service', 'environment', 'release', 'role'] as const;

/** Request counts and durations of every release that has traffic now, for Prometheus. */
export class RouterMetrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'sagaline_router_requests_total',
    help: 'Requests proxied, by release, role and status code.',
    labelNames: [...releaseLabels, 'code'],
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: 'sagaline_router_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: releaseLabels,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  /** By lane, then by release and role: the label sets that exist, because prom-client only removes exact ones. */
  private readonly known = new Map<string, Map<string, { labels: ReleaseLabels; codes: Set<string> }>>();

  record(lane: LaneRef, release: string, role: Role, status: number, milliseconds: number): void {
    const { project, service, environment } = lane;
    const labels: ReleaseLabels = { project, service, environment, release, role };
    const code = String(status);
    this.codes(lane, labels).add(code);
    this.requests.inc({ ...labels, code });
    this.durations.observe(labels, milliseconds / 1000);
  }

  /** Removes what was counted for releases of the lane that are not in `keep`. */
  forget(lane: LaneRef, keep: string[]): void {
    const entries = this.known.get(laneKey(lane));
    for (const [key, { labels, codes }] of entries ?? []) {
      if (keep.includes(labels.release)) continue;
      for (const code of codes) this.requests.remove({ ...labels, code });
      this.durations.remove(labels);
      entries?.delete(key);
    }
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private codes(lane: LaneRef, labels: ReleaseLabels): Set<string> {
    const entries =
      this.known.get(laneKey(lane)) ?? new Map<string, { labels: ReleaseLabels; codes: Set<string> }>();
    this.known.set(laneKey(lane), entries);
    const key = `${labels.release} ${labels.role}`;
    const entry = entries.get(key) ?? { labels, codes: new Set<string>() };
    entries.set(key, entry);
    return entry.codes;
  }
}
