import { z } from 'zod';
import { commitOrNull, isoOf, maxMessage, maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';

const repository = z.object({ slug: z.string(), project: z.object({ key: z.string() }) });
const user = optional(z.object({ name: shown(maxName) }));

const change = z.object({
  ref: z.object({ id: z.string(), type: z.string() }),
  fromHash: z.string(),
  toHash: z.string(),
});
const refsChanged = z.object({
  repository,
  actor: user,
  date: shown(64),
  changes: z.array(z.unknown()).min(1),
});

const side = z.object({ id: z.string(), latestCommit: z.string(), repository });
const pullRequest = z.object({
  actor: user,
  pullRequest: z.object({
    id: z.number(),
    title: shown(maxMessage),
    updatedDate: optional(z.number()),
    author: optional(z.object({ user })),
    fromRef: side,
    toRef: z.object({ id: z.string(), repository }),
  }),
});

const actions: ReadonlyMap<string, string> = new Map([
  ['pr:opened', 'opened'],
  ['pr:from_ref_updated', 'updated'],
  ['pr:modified', 'updated'],
  ['pr:merged', 'merged'],
  ['pr:declined', 'closed'],
  ['pr:deleted', 'closed'],
]);

/** The events of a delivery of Bitbucket Data Center; undefined for what Cloud sends as well, or nothing is made of. */
export function dataCenterEvents(name: string, payload: unknown): (() => Read)[] | undefined {
  if (name === 'repo:refs_changed') return changed(payload);
  const action = actions.get(name);
  return action === undefined ? undefined : [() => readPullRequest(action, payload)];
}

function changed(payload: unknown): (() => Read)[] {
  const parsed = refsChanged.safeParse(payload);
  if (!parsed.success) return [() => readChange(validated(refsChanged, payload), undefined)];
  return parsed.data.changes.map((one) => () => readChange(parsed.data, one));
}

function readChange(delivery: z.infer<typeof refsChanged>, one: unknown): Read {
  const { ref, fromHash, toHash } = validated(change, one);
  const common = {
    repository: nameOf(delivery.repository),
    ref: ref.id,
    deleted: commitOrNull(toHash) === null,
  };
  // An annotated tag's hash is of the tag's own object, not of its commit.
  if (ref.type === 'TAG')
    return { kind: 'tag', data: { ...common, commit: null }, time: delivery.date ?? null };
  return {
    kind: 'push',
    data: {
      ...common,
      commit: commitOrNull(toHash),
      previousCommit: commitOrNull(fromHash),
      created: commitOrNull(fromHash) === null,
      author: delivery.actor?.name ?? null,
    },
    time: delivery.date ?? null,
  };
}

function readPullRequest(action: string, payload: unknown): Read {
  const { actor, pullRequest: request } = validated(pullRequest, payload);
  const { fromRef, toRef, updatedDate } = request;
  return {
    kind: 'pull_request',
    data: {
      repository: nameOf(toRef.repository),
      action,
      number: request.id,
      commit: fromRef.latestCommit,
      sourceRef: fromRef.id,
      targetRef: toRef.id,
      fork: nameOf(fromRef.repository) !== nameOf(toRef.repository),
      title: request.title,
      author: request.author?.user?.name ?? actor?.name ?? null,
    },
    time: typeof updatedDate === 'number' ? isoOf(updatedDate) : null,
  };
}

/** owner/name, as the address of a repository has it. */
const nameOf = ({ project, slug }: z.infer<typeof repository>): string => `${project.key}/${slug}`;
