import { githubStatus } from './github-shape';
import type { Vendor } from './vendor';

/** A longer description is refused with 422. */
const maxDescription = 140;

/** GitHub and GitHub Enterprise Server, whose base ends in /api/v3. */
export const github: Vendor = {
  request: (base, token, status) => {
    const headers = {
      Accept: 'application/vnd.github+json',
      'X-GitHub-Api-Version': '2022-11-28',
      Authorization: `Bearer ${token}`,
    };
    return githubStatus(base, status, headers, maxDescription);
  },
};
