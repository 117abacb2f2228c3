import { z } from 'zod';
import {
  commitOrNothing,
  commitOrNull,
  id,
  maxLink,
  maxMessage,
  maxName,
  optional,
  type Read,
  shown,
} from './fields';
import { validated } from './reading';

const project = z.object({ path_with_namespace: z.string(), git_http_url: shown(maxLink) });
const user = optional(z.object({ username: shown(maxName) }));

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
    oldrev: shown(maxName),
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

const pipeline = z.object({
  project,
  object_attributes: z.object({
    id,
    status: z.string(),
    sha: commitOrNothing,
    ref: shown(maxName),
    tag: optional(z.boolean()),
    name: shown(maxName),
    url: shown(maxLink),
    finished_at: shown(64),
  }),
  merge_request: z
    .object({ source_project_id: optional(z.number()), target_project_id: optional(z.number()) })
    .nullish(),
});

const deployment = z.object({
  project,
  environment: z.string(),
  status: shown(maxName),
  status_changed_at: shown(64),
  commit_url: shown(maxLink),
  deployable_url: shown(maxLink),
  user,
});

const other = z.object({
  object_kind: shown(maxName),
  event_name: shown(maxName),
  project: optional(project),
  project_path: shown(maxName),
  user,
  action: shown(maxName),
  object_attributes: optional(z.object({ action: shown(maxName) })),
});

const readers: ReadonlyMap<string, (payload: unknown) => Read | undefined> = new Map([
  ['push', readPush],
  ['tag_push', readTag],
  ['merge_request', readMergeRequest],
  ['pipeline', readPipeline],
  ['deployment', readDeployment],
]);

/** Reads a payload, by what it says of itself: the header, which is not signed, only names what says nothing. */
export function gitlabEvent(hook: string, payload: unknown): Read {
  const about = validated(other, payload);
  const name = about.object_kind ?? about.event_name;
  return (name ? readers.get(name)?.(payload) : undefined) ?? readOther(name ?? hook, about);
}

function readPush(payload: unknown): Read {
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

function readTag(payload: unknown): Read {
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

function readMergeRequest(payload: unknown): Read | undefined {
  const { project, user, object_attributes: request, changes } = validated(mergeRequest, payload);
  const { iid, action, oldrev, last_commit, title, updated_at } = request;
  const isUpdate = action === 'update' && (oldrev || ownFields.some((field) => field in (changes ?? {})));
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
const isSameProject = (ids: { source_project_id?: Id; target_project_id?: Id }): boolean =>
  typeof ids.target_project_id === 'number' && ids.source_project_id === ids.target_project_id;
type Id = number | null | undefined;

function readPipeline(payload: unknown): Read {
  const { project, object_attributes: run, merge_request: of } = validated(pipeline, payload);
  const own = !of || isSameProject(of);
  return {
    kind: 'ci_run',
    data: {
      system: 'gitlab',
      runId: run.id,
      status: run.status,
      repository: project.path_with_namespace,
      // A fork's pipeline files are not to be trusted.
      commit: own ? run.sha : null,
      branch: own && run.tag !== true ? run.ref : null,
      name: run.name,
      url: run.url,
    },
    time: run.finished_at ?? null,
  };
}

/** Its commit is no `commit`, because a merge request's may be deployed for a review. */
function readDeployment(payload: unknown): Read {
  const { project, environment, status, commit_url, ...about } = validated(deployment, payload);
  return {
    kind: 'deployment',
    data: {
      service: project.path_with_namespace.split('/').at(-1),
      environment,
      status: status ?? null,
      repository: project.path_with_namespace,
      revision: /\/commit\/([0-9a-f]{40,64})$/.exec(commit_url ?? '')?.[1] ?? null,
      url: about.deployable_url ?? null,
      author: about.user?.username ?? null,
    },
    time: about.status_changed_at ?? null,
  };
}

function readOther(name: string, about: z.infer<typeof other>): Read {
  const data = {
    event: name,
    action: about.object_attributes?.action ?? about.action ?? null,
    repository: about.project?.path_with_namespace,
    sender: about.user?.username ?? null,
  };
  return { kind: 'custom', data };
}
