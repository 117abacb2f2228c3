/** The lane of one service in one environment of one project. */
export interface LaneRef {
  project: string;
  service: string;
  environment: string;
}

/** What a lane moves. Equal content gives an equal id, whoever built it. */
export interface Release {
  /** `r-` and twelve hex digits of the SHA-256 of artifact and configuration. */
  id: string;
  /** `sha256:<hex>` of the artifact archive in the blob store. */
  artifact: string;
  /** `sha256:<hex>` of start, ready, replicas, env and secret names. */
  configuration: string;
  /** Shell command line that starts one replica; it must listen on $PORT. */
  start: string;
  /** Path of the readiness probe: any 2xx is ready. */
  ready: string;
  /** Longest time in ms from start to the first successful probe. */
  readyTimeoutMs: number;
  replicas: number;
  env: Record<string, string>;
  /** Names only: values are resolved where the release starts. */
  secrets: string[];
  commit: string;
  runId: string;
}

/**
 * Orders writes to a target: the generation first, then the sequence within it.
 * A target refuses a write whose fence is lower than the highest it has seen, so a repeated attempt is harmless.
 */
export interface Fence {
  generation: number;
  sequence: number;
}

/** What every write to a lane's target carries. */
export interface Fenced {
  lane: LaneRef;
  fence: Fence;
}

/** True when `write` may not act on a target that has already seen `seen`. */
export function isStale(write: Fence, seen: Fence): boolean {
  return (
    write.generation < seen.generation ||
    (write.generation === seen.generation && write.sequence < seen.sequence)
  );
}

/** A running release: its processes listen on these loopback ports. */
export interface Backend {
  /** `<release id>.<generation>`: one start of one release. */
  instance: string;
  release: Release;
  ports: number[];
}

/** What a router is asked to do with a lane's requests. */
export interface DesiredTraffic {
  stable: Backend | null;
  candidate: Backend | null;
  /** Percent of requests for the candidate, 0 to 100. */
  weight: number;
  /** Milliseconds after which an unrenewed candidate gets no more requests; null only with weight 0. */
  leaseMs: number | null;
  /** Releases that were live before, newest first. */
  earlier: Release[];
}

/** What a router does with a lane's requests at this moment. */
export interface Traffic extends Omit<DesiredTraffic, 'leaseMs'> {
  fence: Fence;
  /** Where clients reach the lane. */
  url: string;
  /** True when the lease ran out: stable gets everything, whatever `weight` says, if there is a stable. */
  lapsed: boolean;
}

/** Requests measured for one release since the last change of traffic. */
export interface Sample {
  /** Number of requests that the value rests on. */
  samples: number;
  /** Fraction for rates, milliseconds for latencies; null when there is nothing to compute it from. */
  value: number | null;
}

/** One query's answer for both releases over the same window; stable is null on a lane's first release. */
export interface Measurement {
  query: string;
  candidate: Sample;
  stable: Sample | null;
}
