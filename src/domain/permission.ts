import type { Environment } from './configuration';
import type { EventKind } from './event';

/** A change that wants to reach an environment. */
export interface Change {
  repository: string;
  /** The full ref that the change is on; null when the event names none. */
  ref: string | null;
  pipeline: string;
  kind: EventKind | (string & {});
  deleted?: boolean;
}

export interface Permission {
  allowed: boolean;
  /** For people: what was refused and what would be allowed. */
  reason: string;
}

/** Refs under which hosts keep pull requests, whose content anybody may have written. */
const pullRequestRefs = ['refs/pull/', 'refs/merge-requests/'];

/** Whether `pattern` names `ref`: equal, or a trailing `*` for any ending. No regular expressions. */
export function refMatches(pattern: string, ref: string): boolean {
  return pattern.endsWith('*') ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern;
}

/** Whether sagaline.yaml lets this change deploy to the environment. */
export function deployAllowed(environment: Environment, change: Change): Permission {
  const { name, allow } = environment;
  const refuse = (what: string, listed: string[]): Permission => ({
    allowed: false,
    reason: `${what} may not deploy to ${name}; allowed: ${listed.length > 0 ? listed.join(', ') : 'none'}`,
  });
  const isPullRequest = change.kind === 'pull_request';
  const refs = isPullRequest ? allow.refs.filter(namesPullRequests) : allow.refs;
  const { ref } = change;
  if (!allow.repositories.includes(change.repository)) {
    return refuse(`repository ${change.repository}`, allow.repositories);
  }
  if (!allow.pipelines.includes(change.pipeline))
    return refuse(`pipeline ${change.pipeline}`, allow.pipelines);
  if (change.deleted === true) return refuse('a deleted ref', []);
  if (ref === null) return refuse('an event without a ref', allow.refs);
  if (!refs.some((pattern) => refMatches(pattern, ref))) {
    return refuse(isPullRequest ? `a pull request (${ref})` : `ref ${ref}`, refs);
  }
  return { allowed: true, reason: `${change.pipeline} of ${change.repository} may deploy ${ref} to ${name}` };
}

/** A pattern as wide as `refs/*` does not name pull requests: that must be said on purpose. */
function namesPullRequests(pattern: string): boolean {
  return pullRequestRefs.some((prefix) => pattern.startsWith(prefix));
}

/** Whether sagaline.yaml lets a step of this environment read these secrets. */
export function secretsAllowed(environment: Environment, names: string[]): Permission {
  const refused = names.filter((name) => !environment.secrets.includes(name));
  if (refused.length === 0) return { allowed: true, reason: `secrets listed in ${environment.name}` };
  const listed = environment.secrets.length > 0 ? environment.secrets.join(', ') : 'none';
  return {
    allowed: false,
    reason: `secrets ${refused.join(', ')} are not listed in ${environment.name}; listed: ${listed}`,
  };
}
