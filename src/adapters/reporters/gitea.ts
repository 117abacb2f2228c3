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

/** It has no limit of its own; a line is what people read. */
const maxDescription = 255;

/** Gitea and Forgejo; the base ends in /api/v1. */
export const gitea: Vendor = {
  request: (base, token, { repository, commit, context, state, description, url }) => ({
    url: `${base}/repos/${repository.split('/').map(encodeURIComponent).join('/')}/statuses/${commit}`,
    headers: { Accept: 'application/json', Authorization: `token ${token}` },
    body: {
      ...{ state: states[state], context, description: shortened(description, maxDescription) },
      ...(url !== null && { target_url: url }),
    },
  }),
};
