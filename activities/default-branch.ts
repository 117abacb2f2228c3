import type { SagalineEvent } from '../src/domain/event';
import type { Repositories } from '../src/ports';

/** Milliseconds for which the name of a default branch counts: hosts do not tell when it changes, and asking costs a connection. */
const freshMs = 60_000;

/**
 * Does something where the default branch may hold something else since a push: it was pushed to, or another branch has taken its
 * place since it was last asked for. Returns what that gave, undefined where nothing has moved. Throws RepositoryUnreachable.
 */
export type WhenDefaultBranchMoved = <T>(
  repository: string,
  pushed: SagalineEvent['data'],
  act: () => Promise<T>,
) => Promise<T | undefined>;

/** Remembers the name of each repository's default branch, so that pushes to other branches do not ask for it. */
export function createDefaultBranches(repositories: Repositories): WhenDefaultBranchMoved {
  const known = new Map<string, { ref: string | null; until: number }>();
  return async (repository, { ref, commit }, act) => {
    const last = known.get(repository);
    const isFresh = last !== undefined && last.ref !== null && performance.now() < last.until;
    if (isFresh) {
      const isMoved = last.ref === ref && (await repositories.head(repository, 'HEAD')) === commit;
      return isMoved ? act() : undefined;
    }
    const branch = await repositories.defaultBranch(repository);
    const now = { ref: branch?.ref ?? null, until: performance.now() + freshMs };
    const isMoved = branch?.commit === commit || (last !== undefined && last.ref !== now.ref);
    const done = isMoved ? await act() : undefined;
    // Only now: where this attempt was given up or failed, the next one must find that it has moved, too. Another may have asked later.
    if (known.get(repository) === last) known.set(repository, now);
    return done;
  };
}
