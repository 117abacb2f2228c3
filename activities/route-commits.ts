import { type EventKind, isEventRef, type SagalineEvent } from '../src/domain/event';
import type { Repositories } from '../src/ports';
import type { RouteItem } from './route';
import { pipelineFolder } from './route-files';

/** What a run is made of. */
export interface Commits {
  /** The commit that a run builds. */
  run: string;
  /** The commit whose pipeline files count. */
  definition: string;
  /** The ref that the run is of, where only the repository knows it. */
  ref?: string;
  /** The event names a ref of which nobody knows whether the commit is on it. */
  refUnproven?: true;
}

/**
 * Which commit to build, and whose definition to trust: a fork's pull request never brings its own. Throws
 * RepositoryUnreachable.
 */
export async function resolveCommits(
  repositories: Repositories,
  { event, askHead }: RouteItem,
  repository: string,
): Promise<Commits | { reason: string }> {
  const { data } = event;
  const [ref, commit] = [textOf(data['ref']), textOf(data['commit'])];
  if (askHead && ref) {
    const head = await repositories.head(repository, ref);
    if (head !== commit) return { reason: `a later push moved ${ref} to ${head ?? 'nothing'}` };
  }
  if (event.kind === 'pull_request' && (data['fork'] === true || commit === undefined)) {
    return data['fork'] === true
      ? ofFork(repositories, repository, commit, data)
      : ofPull(repositories, repository, data);
  }
  if (event.kind === 'schedule' && commit === undefined && ref === undefined) {
    return ofDefaultBranch(repositories, repository);
  }
  if (!definingKinds.includes(event.kind)) return ofReport(repositories, repository, event);
  return commit === undefined
    ? ofRef(repositories, repository, ref ?? 'HEAD')
    : { run: commit, definition: commit };
}

async function ofRef(
  repositories: Repositories,
  repository: string,
  ref: string,
): Promise<Commits | { reason: string }> {
  const head = await repositories.head(repository, ref);
  return head ? { run: head, definition: head } : { reason: `there is no ref ${ref}` };
}

/** Kinds that are changes of the repository itself; others only mention a commit, which may be of anybody. */
const definingKinds: readonly string[] = [
  'push',
  'pull_request',
  'tag',
  'infrastructure',
  'manual',
  'schedule',
] satisfies EventKind[];

/**
 * What another system reports, or a pipeline emits, is handled by the definition of the default branch, on the commit that it
 * mentions. A ref counts only where that commit is its head.
 */
async function ofReport(
  repositories: Repositories,
  repository: string,
  { kind, data }: SagalineEvent,
): Promise<Commits | { reason: string }> {
  const branch = await repositories.defaultBranch(repository);
  if (!branch) return { reason: 'there is no ref HEAD' };
  const definition = branch.commit;
  // An image's repository is none of these, and what is about no repository says nothing about the commits of all.
  if (kind === 'image' || data['repository'] !== repository)
    return { run: definition, definition, ...('ref' in data && { refUnproven: true }) };
  const [ref, commit] = [textOf(data['ref']), textOf(data['commit'])];
  const head = ref === undefined ? undefined : await repositories.head(repository, ref);
  if (commit === undefined)
    return ref !== undefined && head === undefined
      ? { reason: `there is no ref ${ref}` }
      : { run: head ?? definition, definition };
  // Read only to know that the commit is there, so that no run begins without one.
  await repositories.files(repository, commit, pipelineFolder);
  return { run: commit, definition, ...(ref !== undefined && head !== commit && { refUnproven: true }) };
}

async function ofFork(
  repositories: Repositories,
  repository: string,
  commit: string | undefined,
  { targetRef }: SagalineEvent['data'],
): Promise<Commits | { reason: string }> {
  if (commit === undefined)
    return {
      reason: 'a pull request of a fork whose sender cuts its commit id: nobody can say which commit it is',
    };
  const target = branchRef(textOf(targetRef) ?? '');
  const head = await repositories.head(repository, target);
  return head ? { run: commit, definition: head } : { reason: `there is no target branch ${target}` };
}

/** The commit that a cut id means: one of the pull request's branch, or of the branch that it was merged to; without any, the head of its branch. */
async function ofPull(
  repositories: Repositories,
  repository: string,
  { sourceRef, targetRef, commitStart }: SagalineEvent['data'],
): Promise<Commits | { reason: string }> {
  const [source, target] = [branchRef(textOf(sourceRef) ?? ''), branchRef(textOf(targetRef) ?? '')];
  const start = textOf(commitStart);
  if (start === undefined) return ofRef(repositories, repository, source);
  for (const ref of [source, target]) {
    const commit = await repositories.commitOf(repository, ref, start);
    if (commit !== undefined) return { run: commit, definition: commit };
  }
  return { reason: `no commit, or more than one, of ${source} and ${target} begins with ${start}` };
}

/** A schedule is one of the default branch, so that its runs may deploy what pushes to that branch may. */
async function ofDefaultBranch(
  repositories: Repositories,
  repository: string,
): Promise<Commits | { reason: string }> {
  const branch = await repositories.defaultBranch(repository);
  if (!branch) return { reason: 'there is no ref HEAD' };
  const { ref, commit } = branch;
  return { run: commit, definition: commit, ...(ref !== null && isEventRef(ref) && { ref }) };
}

/** The event with the ref that its commits were found by, and with the commit of a pull request that its sender has cut. */
export function asFound(event: SagalineEvent, { ref, run }: Commits): SagalineEvent {
  const isCut = event.kind === 'pull_request' && event.data['commit'] === null;
  if (ref === undefined && !isCut) return event;
  return {
    ...event,
    data: { ...event.data, ...(ref !== undefined && { ref }), ...(isCut && { commit: run }) },
  };
}

/** The value if it is text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A branch by its full ref, as it is named or by its name alone. */
export const branchRef = (name: string): string => (name.startsWith('refs/') ? name : `refs/heads/${name}`);
