import { githubStatus } from './github-shape';
import type { Vendor } from './vendor';

/** It has no limit of its own; a line is what people read. */
const maxDescription = 255;

/** Gitea and Forgejo; the base ends in /api/v1. */
export const gitea: Vendor = {
  request: (base, token, status) =>
    githubStatus(
      base,
      status,
      { Accept: 'application/json', Authorization: `token ${token}` },
      maxDescription,
    ),
};
