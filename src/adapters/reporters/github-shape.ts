import { shortened } from '../../domain/plain-line';
import type { ReportedStatus } from '../../ports';
import type { StatusRequest } from './vendor';

const states: Readonly<Record<ReportedStatus['state'], string>> = {
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  error: 'error',
  cancelled: 'error',
};

/** A status as GitHub takes it, and Gitea after it; `maxDescription` in UTF-16 units. */
export const githubStatus = (
  base: string,
  { repository, commit, context, state, description, url }: ReportedStatus,
  headers: StatusRequest['headers'],
  maxDescription: number,
): StatusRequest => ({
  url: `${base}/repos/${repository.split('/').map(encodeURIComponent).join('/')}/statuses/${commit}`,
  headers,
  body: {
    ...{ state: states[state], context, description: shortened(description, maxDescription) },
    ...(url !== null && { target_url: url }),
  },
});
