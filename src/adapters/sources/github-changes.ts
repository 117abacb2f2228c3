import { z } from 'zod';
import { isEventRef } from '../../domain/event';
import { commitOrNull, isoOf, maxLink, maxMessage, maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';

export const person = optional(z.object({ login: shown(maxName), name: shown(maxName) }));
export const repository = z.object({
  full_name: z.string(),
  clone_url: shown(maxLink),
  pushed_at: optional(z.number()),
});

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  deleted: optional(z.boolean()),
  created: optional(z.boolean()),
  repository,
  pusher: person,
  sender: person,
  head_commit: optional(z.object({ message: shown(maxMessage), author: person })),
});

const refChange = z.object({
  ref: z.string(),
  ref_type: z.string(),
  repository,
});

const side = z.object({
  ref: z.string(),
  sha: z.string(),
  repo: z.object({ full_name: z.string() }).nullish(),
});
const pullRequest = z.object({
  action: z.string(),
  number: z.number(),
  repository,
  pull_request: z.object({
    title: shown(maxMessage),
    merged: z.boolean().nullish(),
    updated_at: shown(64),
    user: person,
    head: side,
    base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
  }),
});

const release = z.object({
  action: shown(maxName),
  repository,
  sender: person,
  release: z.object({
    tag_name: shown(maxName),
    name: shown(maxName),
    draft: optional(z.boolean()),
    prerelease: optional(z.boolean()),
    html_url: shown(maxLink),
    published_at: shown(64),
  }),
});

const firstName = (...names: (string | null | undefined)[]): string | null =>
  names.find((name) => typeof name === 'string') ?? null;

/** A push of GitHub, or of a forge that writes as GitHub does. */
function readPush(payload: unknown): Read {
  const { ref, before, after, repository, pusher, sender, head_commit, ...flags } = validated(push, payload);
  const deleted = flags.deleted ?? commitOrNull(after) === null;
  const seconds = repository.pushed_at;
  return {
    kind: 'push',
    data: {
      repository: repository.full_name,
      cloneUrl: repository.clone_url,
      ref,
      commit: deleted ? null : commitOrNull(after),
      previousCommit: commitOrNull(before),
      deleted,
      created: flags.created ?? commitOrNull(before) === null,
      author: firstName(pusher?.name, pusher?.login, sender?.login, head_commit?.author?.name),
      message: head_commit?.message ?? null,
    },
    time: typeof seconds === 'number' ? isoOf(seconds * 1000) : null,
  };
}

/** The creation or deletion of a tag; undefined for a branch, whose push is the event. */
function readTag(payload: unknown, deleted: boolean): Read | undefined {
  const { ref, ref_type, repository } = validated(refChange, payload);
  if (ref_type !== 'tag') return undefined;
  const data = { repository: repository.full_name, ref: `refs/tags/${ref}`, commit: null, deleted };
  return { kind: 'tag', data };
}

const actions: ReadonlyMap<string, string> = new Map([
  ['opened', 'opened'],
  ['reopened', 'opened'],
  ['synchronize', 'updated'],
  ['synchronized', 'updated'],
  ['edited', 'updated'],
]);

/** A pull request; undefined for what changes neither its code nor its state. */
function readPullRequest(payload: unknown): Read | undefined {
  const { action, number, repository, pull_request } = validated(pullRequest, payload);
  const { head, base, title, merged, updated_at, user } = pull_request;
  const ended = merged === true ? 'merged' : 'closed';
  const mapped = action === 'closed' ? ended : actions.get(action);
  if (mapped === undefined) return undefined;
  return {
    kind: 'pull_request',
    data: {
      repository: repository.full_name,
      action: mapped,
      number,
      commit: head.sha,
      sourceRef: fullRef(head.ref),
      targetRef: fullRef(base.ref),
      // The fork's repository is gone from the payload once it was deleted; its code is still foreign.
      fork: head.repo?.full_name !== base.repo.full_name,
      title,
      author: user?.login ?? null,
    },
    time: updated_at ?? null,
  };
}

/** Gitea names a pull request without a branch of its own by its full ref. */
const fullRef = (name: string): string => (name.startsWith('refs/pull/') ? name : `refs/heads/${name}`);

/** A release: what is done about it is built from its tag. */
function readRelease(payload: unknown): Read {
  const { action, repository, sender, release: made } = validated(release, payload);
  const ref = `refs/tags/${made.tag_name ?? ''}`;
  const hasTag = action !== 'deleted' && made.draft !== true && isEventRef(ref);
  const data = {
    event: 'release',
    action: action ?? null,
    repository: repository.full_name,
    sender: sender?.login ?? null,
    tag: made.tag_name ?? null,
    ...(hasTag && { ref }),
    name: made.name ?? null,
    draft: made.draft ?? false,
    prerelease: made.prerelease ?? false,
    url: made.html_url ?? null,
  };
  return { kind: 'custom', data, time: made.published_at ?? null };
}

/** Reads a payload; undefined where the event is none of the kinds, and only recorded. Throws NotUnderstood. */
export type Reader = (payload: unknown) => Read | undefined;

/** Readers of the changes of a repository, by the names that GitHub gives their events, and Gitea after it. */
export const changeReaders: readonly (readonly [string, Reader])[] = [
  ['push', readPush],
  ['create', (payload) => readTag(payload, false)],
  ['delete', (payload) => readTag(payload, true)],
  ['pull_request', readPullRequest],
  ['release', readRelease],
];
