import { z } from 'zod';
import {
  commitOrNothing,
  commitOrNull,
  maxLink,
  maxMessage,
  maxName,
  optional,
  type Read,
  shown,
} from './fields';
import { validated } from './reading';

export const project = z.object({ path_with_namespace: z.string(), git_http_url: shown(maxLink) });
export const user = optional(z.object({ username: shown(maxName) }));

const refChange = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  checkout_sha: commitOrNothing,
  project,
  user_username: shown(maxName),
  user_name: shown(maxName),
  commits: optional(z.array(optional(z.object({ id: shown(maxName), message: shown(maxMessage) })))),
});

const mergeRequest = z.object({
  project,
  user,
  object_attributes: z.object({
    iid: z.number(),
    action: shown(maxName),
    oldrev: optional(z.string().min(1)),
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: optional(z.number()),
    target_project_id: optional(z.number()),
    last_commit: z.object({ id: z.string() }),
    title: shown(maxMessage),
    updated_at: shown(64),
  }),
  changes: optional(z.record(z.string(), z.unknown())),
});

/** A push to a branch. */
export function readPush(payload: unknown): Read {
  const { ref, before, after, project, commits, ...by } = validated(refChange, payload);
  const head = commits?.find((commit) => commit?.id === after);
  return {
    kind: 'push',
    data: {
      repository: project.path_with_namespace,
      cloneUrl: project.git_http_url,
      ref,
      commit: commitOrNull(after),
      previousCommit: commitOrNull(before),
      deleted: commitOrNull(after) === null,
      created: commitOrNull(before) === null,
      author: by.user_username ?? by.user_name ?? null,
      message: head?.message ?? null,
    },
  };
}

/** The creation, move or deletion of a tag. */
export function readTag(payload: unknown): Read {
  const { ref, after, checkout_sha, project } = validated(refChange, payload);
  const deleted = commitOrNull(after) === null;
  return {
    kind: 'tag',
    // Not `after`: of an annotated tag that is the tag's own object.
    data: {
      repository: project.path_with_namespace,
      ref,
      commit: deleted ? null : (checkout_sha ?? null),
      deleted,
    },
  };
}

const actions: ReadonlyMap<string, string> = new Map([
  ['open', 'opened'],
  ['reopen', 'opened'],
  ['close', 'closed'],
  ['merge', 'merged'],
]);
/** What an update without a new commit must change to be one of the request and not of what people note beside it. */
const ownFields = ['title', 'description', 'target_branch'];

/** A merge request; undefined for what changes neither its code nor its state. */
export function readMergeRequest(payload: unknown): Read | undefined {
  const { project, user, object_attributes: request, changes } = validated(mergeRequest, payload);
  const { iid, action, oldrev, last_commit, title, updated_at } = request;
  const isUpdate =
    action === 'update' &&
    (typeof oldrev === 'string' || ownFields.some((field) => field in (changes ?? {})));
  const mapped = isUpdate ? 'updated' : actions.get(action ?? '');
  if (mapped === undefined) return undefined;
  return {
    kind: 'pull_request',
    data: {
      repository: project.path_with_namespace,
      action: mapped,
      number: iid,
      commit: last_commit.id,
      sourceRef: `refs/heads/${request.source_branch}`,
      targetRef: `refs/heads/${request.target_branch}`,
      fork: !isSameProject(request),
      title,
      author: user?.username ?? null,
    },
    time: updated_at ?? null,
  };
}

/** The id of a fork that is gone is null; its code is still foreign. */
export const isSameProject = (ids: { source_project_id?: Id; target_project_id?: Id }): boolean =>
  typeof ids.target_project_id === 'number' && ids.source_project_id === ids.target_project_id;
type Id = number | null | undefined;
