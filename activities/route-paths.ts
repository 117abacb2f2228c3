import type { SagalineEvent } from '../src/domain/event';
import type { PipelineFile } from '../src/domain/pipeline-file';
import { asksForPaths, type ChangedPaths } from '../src/domain/trigger-filters';
import type { Comparison, Repositories } from '../src/ports';
import { branchRef, type Commits, textOf } from './route-commits';

/**
 * Which files an event changed, as the repository says, not the event; looked for only where a pipeline asks. Throws
 * RepositoryUnreachable.
 */
export async function changedPathsOf(
  repositories: Repositories,
  { kind, data }: SagalineEvent,
  repository: string,
  commits: Commits,
  files: readonly PipelineFile[],
): Promise<ChangedPaths> {
  const triggers = files.flatMap(({ pipeline }) => pipeline?.on ?? []);
  if (!triggers.some((trigger) => trigger.event === kind && asksForPaths(trigger)))
    return { unknown: 'no pipeline asks for them' };
  if (kind === 'infrastructure') {
    const named = Array.isArray(data['paths']) ? data['paths'].flatMap((path) => textOf(path) ?? []) : [];
    return named.length > 0 ? { paths: named } : { unknown: 'the event names none' };
  }
  const change = await comparison(repositories, { kind, data }, repository, commits);
  if (typeof change === 'string') return { unknown: change };
  const paths = await repositories.changedPaths(repository, change);
  return paths ? { paths } : { unknown: `${change.from} and ${change.to} cannot be compared` };
}

async function comparison(
  repositories: Repositories,
  { kind, data }: Pick<SagalineEvent, 'kind' | 'data'>,
  repository: string,
  { run: to }: Commits,
): Promise<Comparison | string> {
  if (kind === 'push') {
    const from = textOf(data['previousCommit']);
    return from === undefined ? 'there is no commit before it' : { from, to, sinceMergeBase: false };
  }
  const target = branchRef(textOf(data['targetRef']) ?? '');
  const from = await repositories.head(repository, target);
  return from === undefined ? `there is no target branch ${target}` : { from, to, sinceMergeBase: true };
}
