import type { ReportedStatus } from '../../ports';

/** What a host of repositories asks for when it is told of a commit. */
export interface StatusRequest {
  url: string;
  headers: Record<string, string>;
  body: Record<string, string>;
}

/** How one kind of host is told of a commit. */
export interface Vendor {
  /** `base` is that of its API, without a slash at the end. */
  request(base: string, token: string, status: ReportedStatus): StatusRequest;
  /** Whether an answer that is not a 2xx says that it shows this status already. */
  hasIt?(answer: { status: number; body: string }, status: ReportedStatus): boolean;
}
