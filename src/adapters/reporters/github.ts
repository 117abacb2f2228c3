import { shortened } from '../../domain/plain-line';
import type { ReportedStatus } from '../../ports';
import type { Vendor } from './vendor';

const states: Readonly<Record<ReportedStatus['state'], string>> = {
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  error: 'error',
  cancelled: 'error',
};

/** A longer description is refused with 422. */
const maxDescription = 140;

/** GitHub and GitHub Enterprise Server, whose base ends in /api/v3. */
export const github: Vendor = {
  request: (base, token, { repository, commit, context, state, description, url }) => ({
    url: `${base}/repos/${repository.split('/').map(encodeURIComponent).join('/')}/statuses/${commit}`,
    headers: {
      Accept: 'application/vnd.github+json',
      'X-GitHub-Api-Version': '2022-11-28',
      Authorization: `Bearer ${token}`,
    },
    body: {
      ...{ state: states[state], context, description: shortened(description, maxDescription) },
      ...(url !== null && { target_url: url }),
    },
  }),
};
