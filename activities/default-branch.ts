import type { SagalineEvent } from '../src/domain/event';
import type { Repositories } from '../src/ports';

/** Milliseconds for which the name of a default branch counts: hosts do not tell when it changes, and asking costs a connection. */
const freshMs = 60_000;

/**
 * Whether the default branch may hold something else since a push: it was pushed to, or another branch has taken its place since
 * it was last asked for. Throws RepositoryUnreachable.
 */
export type MovesDefaultBranch = (repository: string, pushed: SagalineEvent['data']) => Promise<boolean>;

/** Remembers the name of each repository's default branch, so that pushes to other branches do not ask for it. */
export function createDefaultBranches(repositories: Repositories): MovesDefaultBranch {
  const known = new Map<string, { ref: string | null; until: number }>();
  return async (repository, { ref, commit }) => {
    const last = known.get(repository);
    const isFresh = last !== undefined && last.ref !== null && performance.now() < last.until;
    if (isFresh) return last.ref === ref && (await repositories.head(repository, 'HEAD')) === commit;
    const branch = await repositories.defaultBranch(repository);
    const name = branch?.ref ?? null;
    known.set(repository, { ref: name, until: performance.now() + freshMs });
    return branch?.commit === commit || (last !== undefined && last.ref !== name);
  };
}
