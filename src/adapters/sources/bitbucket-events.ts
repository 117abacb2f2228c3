import { z } from 'zod';
import { dataCenterEvents } from './bitbucket-data-center';
import { commitOrNothing, maxLink, maxMessage, maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';

const repository = z.object({ full_name: z.string() });
const actor = optional(z.object({ nickname: shown(maxName), display_name: shown(maxName) }));
const link = optional(z.object({ href: shown(maxLink) }));
const links = optional(z.object({ self: link, html: link, commit: link }));

const tip = z.object({
  type: z.string(),
  name: z.string(),
  target: z.object({ hash: z.string(), message: shown(maxMessage) }),
});
const change = z.object({ new: tip.nullish(), old: tip.nullish() });
const push = z.object({ repository, actor, push: z.object({ changes: z.array(z.unknown()).min(1) }) });

const side = z.object({
  branch: z.object({ name: z.string() }),
  commit: z.object({ hash: z.string(), links }),
  repository: repository.nullish(),
});
const pullRequest = z.object({
  repository,
  actor,
  pullrequest: z.object({
    id: z.number(),
    title: shown(maxMessage),
    author: actor,
    updated_on: shown(64),
    source: side,
    destination: z.object({ branch: z.object({ name: z.string() }), repository }),
  }),
});

const commitStatus = z.object({
  repository,
  commit_status: z.object({
    key: z.string(),
    name: shown(maxName),
    state: z.string(),
    url: shown(maxLink),
    refname: shown(maxName),
    updated_on: shown(64),
    commit: optional(z.object({ hash: commitOrNothing })),
    links,
  }),
});

const other = z.object({ repository: optional(repository), actor });

const actions: ReadonlyMap<string, string> = new Map([
  ['pullrequest:created', 'opened'],
  ['pullrequest:updated', 'updated'],
  ['pullrequest:fulfilled', 'merged'],
  ['pullrequest:rejected', 'closed'],
]);

/** The events of a delivery, each to be read on its own: one that is not understood must not cost the others. */
export function bitbucketEvents(name: string, payload: unknown): (() => Read)[] {
  if (name === 'repo:push') return pushed(payload);
  if (name === 'repo:commit_status_created' || name === 'repo:commit_status_updated')
    return [() => readCommitStatus(payload)];
  const action = actions.get(name);
  if (action !== undefined) return [() => readPullRequest(action, payload)];
  return dataCenterEvents(name, payload) ?? [() => readOther(name, payload)];
}

function pushed(payload: unknown): (() => Read)[] {
  const parsed = push.safeParse(payload);
  if (!parsed.success) return [() => readPush(validated(push, payload), undefined)];
  return parsed.data.push.changes.map((change) => () => readPush(parsed.data, change));
}

function readPush({ repository: { full_name }, actor }: z.infer<typeof push>, changed: unknown): Read {
  const { new: to, old: from } = validated(change, changed);
  const either = to ?? from;
  const commit = to?.target.hash ?? null;
  if (either?.type === 'tag') {
    const data = { repository: full_name, ref: `refs/tags/${either.name}`, commit, deleted: !to };
    return { kind: 'tag', data };
  }
  return {
    kind: 'push',
    data: {
      repository: full_name,
      ref: either?.type === 'branch' ? `refs/heads/${either.name}` : undefined,
      commit,
      previousCommit: from?.target.hash ?? null,
      deleted: !to,
      created: !from,
      author: nameOf(actor),
      message: to?.target.message ?? null,
    },
  };
}

function readPullRequest(action: string, payload: unknown): Read {
  const { repository, actor, pullrequest } = validated(pullRequest, payload);
  const { source, destination } = pullrequest;
  return {
    kind: 'pull_request',
    data: {
      repository: repository.full_name,
      action,
      number: pullrequest.id,
      ...commitOf(source.commit),
      sourceRef: `refs/heads/${source.branch.name}`,
      targetRef: `refs/heads/${destination.branch.name}`,
      // The fork's repository is gone from the payload once it was deleted; its code is still foreign.
      fork: source.repository?.full_name !== destination.repository.full_name,
      title: pullrequest.title,
      author: nameOf(pullrequest.author) ?? nameOf(actor),
    },
    time: pullrequest.updated_on ?? null,
  };
}

/** Bitbucket Cloud cuts the ids of a pull request's commits; where a link has it whole, that counts. */
function commitOf({ hash, links }: z.infer<typeof side>['commit']) {
  const known = [hash, hashIn(links?.self?.href), hashIn(links?.html?.href)];
  const full = known.find((one) => one?.startsWith(hash) && isFull.test(one));
  return full === undefined ? { commit: null, commitStart: hash } : { commit: full };
}

const isFull = /^[0-9a-f]{40}$/;
const hashIn = (href: string | null | undefined): string | undefined =>
  /\/commits?\/([0-9a-f]{40})$/.exec(href ?? '')?.[1];

/** A status that some system of CI set. */
function readCommitStatus(payload: unknown): Read {
  const { repository, commit_status: status } = validated(commitStatus, payload);
  return {
    kind: 'ci_run',
    data: {
      system: 'bitbucket',
      runId: status.key,
      status: status.state.toLowerCase(),
      repository: repository.full_name,
      commit: status.commit?.hash ?? hashIn(status.links?.commit?.href) ?? null,
      name: status.name ?? null,
      branch: status.refname ?? null,
      url: status.url ?? null,
    },
    time: status.updated_on ?? null,
  };
}

function readOther(name: string, payload: unknown): Read {
  const { repository, actor } = validated(other, payload);
  return { kind: 'custom', data: { event: name, repository: repository?.full_name, sender: nameOf(actor) } };
}

const nameOf = (person: z.infer<typeof actor>): string | null =>
  person?.nickname ?? person?.display_name ?? null;
