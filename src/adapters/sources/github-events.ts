import { z } from 'zod';
import type { EventKind } from '../../domain/event';
import { validated } from './reading';
import { cut } from './text';

/** What is read of a payload: its kind, its data before validation, and when it happened. */
interface Read {
  kind: EventKind;
  data: Record<string, unknown>;
  time?: string | null;
}

const maxMessage = 1024;
const maxName = 256;

/** For show only: a strange value is dropped and never costs the event. */
const shown = (units: number) =>
  z
    .string()
    .transform((text) => cut(text, units))
    .nullish()
    .catch(null);
const person = z
  .object({ login: shown(maxName), name: shown(maxName) })
  .nullish()
  .catch(null);
const repository = z.object({
  full_name: z.string(),
  clone_url: shown(4096),
  pushed_at: z.number().nullish().catch(null),
});

const push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  deleted: z.boolean().nullish().catch(null),
  created: z.boolean().nullish().catch(null),
  repository,
  pusher: person,
  sender: person,
  head_commit: z
    .object({ message: shown(maxMessage), author: person })
    .nullish()
    .catch(null),
});

const refChange = z.object({ ref: z.string(), ref_type: z.string(), repository, sender: person });

const pullRequest = z.object({
  action: z.string(),
  number: z.number(),
  repository,
  pull_request: z.object({
    title: shown(maxMessage),
    merged: z.boolean().nullish(),
    updated_at: shown(64),
    user: person,
    head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
    base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
  }),
});

const other = z.object({
  action: shown(maxName),
  repository: repository.nullish(),
  sender: person,
});

/** Reads the payload of a named event. Throws NotUnderstood naming the field that is missing or of a wrong type. */
export function githubEvent(name: string, payload: unknown): Read {
  switch (name) {
    case 'push':
      return readPush(validated(push, payload));
    case 'create':
    case 'delete':
      return readRefChange(name, validated(refChange, payload));
    case 'pull_request':
      return readPullRequest(validated(pullRequest, payload)) ?? readOther(name, validated(other, payload));
    default:
      return readOther(name, validated(other, payload));
  }
}

const commitOrNull = (id: string): string | null => (/^0+$/.test(id) ? null : id);

function readPush({
  ref,
  before,
  after,
  repository,
  pusher,
  sender,
  head_commit,
  ...flags
}: z.infer<typeof push>) {
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
      author: pusher?.name ?? sender?.login ?? head_commit?.author?.name ?? null,
      message: head_commit?.message ?? null,
    },
    time: typeof seconds === 'number' ? isoOfSeconds(seconds) : null,
  } satisfies Read;
}

function isoOfSeconds(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function readRefChange(name: 'create' | 'delete', payload: z.infer<typeof refChange>): Read {
  const { full_name } = payload.repository;
  if (payload.ref_type === 'tag') {
    const data = {
      repository: full_name,
      ref: `refs/tags/${payload.ref}`,
      commit: null,
      deleted: name === 'delete',
    };
    return { kind: 'tag', data };
  }
  // Not `ref`: a branch's creation also comes as a push, and one change must not start two runs.
  const data = {
    event: name,
    repository: full_name,
    refType: cut(payload.ref_type, maxName),
    refName: cut(payload.ref, maxMessage),
    sender: payload.sender?.login ?? null,
  };
  return { kind: 'custom', data };
}

const actions: ReadonlyMap<string, string> = new Map([
  ['opened', 'opened'],
  ['reopened', 'opened'],
  ['synchronize', 'updated'],
  ['edited', 'updated'],
]);

function readPullRequest({
  action,
  number,
  repository,
  pull_request,
}: z.infer<typeof pullRequest>): Read | undefined {
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
      sourceRef: `refs/heads/${head.ref}`,
      targetRef: `refs/heads/${base.ref}`,
      // The fork's repository is gone from the payload once it was deleted; its code is still foreign.
      fork: head.repo?.full_name !== base.repo.full_name,
      title,
      author: user?.login ?? null,
    },
    time: updated_at ?? null,
  };
}

function readOther(name: string, payload: z.infer<typeof other>): Read {
  const data = {
    event: name,
    action: payload.action ?? null,
    repository: payload.repository?.full_name,
    sender: payload.sender?.login ?? null,
  };
  return { kind: 'custom', data };
}
