import { shortened } from '../../domain/plain-line';
import type { ReportedStatus } from '../../ports';
import type { Vendor } from './vendor';

const states: Readonly<Record<ReportedStatus['state'], string>> = {
  pending: 'running',
  success: 'success',
  failure: 'failed',
  error: 'failed',
  cancelled: 'canceled',
};

/** Longer texts and longer links are refused with 400. */
const maxLength = 255;

/** GitLab; the base ends in /api/v4. */
export const gitlab: Vendor = {
  request: (base, token, { repository, commit, context, state, description, url }) => ({
    url: `${base}/projects/${encodeURIComponent(repository)}/statuses/${commit}`,
    headers: { Accept: 'application/json', 'PRIVATE-TOKEN': token },
    body: {
      ...{ state: states[state], name: context, description: shortened(description, maxLength) },
      ...(url !== null && url.length <= maxLength && { target_url: url }),
    },
  }),
  // It refuses a status that it shows in that state already, even with another description.
  hasIt: ({ status, body }, { state }) =>
    status === 400 && /Cannot transition status via :\w+ from :(\w+)/.exec(body)?.[1] === states[state],
};
