import type { RouteItem } from './route';
import type { Repositories } from '../src/ports';

/** What a run is made of. */
export interface Commits {
  /** The commit that a run builds. */
  run: string;
  /** The commit whose pipeline files count. */
  definition: string;
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
  if (event.kind === 'pull_request' && data['fork'] === true && commit) {
    const target = branchRef(textOf(data['targetRef']) ?? '');
    const head = await repositories.head(repository, target);
    return head ? { run: commit, definition: head } : { reason: `there is no target branch ${target}` };
  }
  const resolved = commit ?? (await repositories.head(repository, ref ?? 'HEAD'));
  return resolved ? { run: resolved, definition: resolved } : { reason: `there is no ref ${ref ?? 'HEAD'}` };
}

/** The value if it is text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const branchRef = (name: string): string => (name.startsWith('refs/') ? name : `refs/heads/${name}`);
