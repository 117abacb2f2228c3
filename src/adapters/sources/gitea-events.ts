import { z } from 'zod';
import { commitOrNothing, id, maxLink, maxName, optional, type Read, shown } from './fields';
import { changeReaders, type Reader } from './github-changes';
import { readOther } from './github-events';
import { validated } from './reading';

const workflowRun = z.object({
  repository: z.object({ full_name: z.string() }),
  workflow_run: z.object({
    id,
    status: z.string(),
    conclusion: optional(z.string().min(1).max(maxName)),
    event: shown(maxName),
    head_sha: commitOrNothing,
    head_branch: shown(maxName),
    path: shown(maxName),
    html_url: shown(maxLink),
    completed_at: shown(64),
  }),
});

const named = optional(z.object({ full_name: z.string() }));
const actionRun = z.object({
  repository: named,
  run: z.object({
    id,
    status: z.string(),
    repository: named,
    commit_sha: commitOrNothing,
    is_fork_pull_request: optional(z.boolean()),
    prettyref: shown(maxName),
    workflow_id: shown(maxName),
    html_url: shown(maxLink),
    stopped: shown(64),
  }),
});

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...changeReaders,
  ['workflow_run', readWorkflowRun],
  ['action_run', readActionRun],
  ['action_run_success', readActionRun],
  ['action_run_failure', readActionRun],
  ['action_run_recover', readActionRun],
]);

/** Reads the payload of a named event of Gitea or Forgejo, most of which are written as GitHub writes them. */
export const giteaEvent = (name: string, payload: unknown): Read =>
  readers.get(name)?.(payload) ?? readOther(name, payload);

/** What starts a run only for somebody who may write to the repository. */
const ownEvents = new Set(['push', 'schedule', 'workflow_dispatch']);

/** A run of Gitea's actions. */
function readWorkflowRun(payload: unknown): Read {
  const { repository, workflow_run: run } = validated(workflowRun, payload);
  // It names the repository itself as the head's, of a fork's pull request too, whose files are not to be trusted.
  const own = ownEvents.has(run.event ?? '');
  return {
    kind: 'ci_run',
    data: {
      system: 'gitea-actions',
      runId: run.id,
      status: run.conclusion ?? run.status,
      repository: repository.full_name,
      commit: own ? run.head_sha : null,
      branch: own ? run.head_branch : null,
      name: run.path?.split('@')[0] ?? null,
      url: run.html_url,
    },
    time: run.completed_at ?? null,
  };
}

/** A run of Forgejo's actions, which has ended. */
function readActionRun(payload: unknown): Read {
  const { repository, run } = validated(actionRun, payload);
  // Forgejo says itself which runs are of somebody who may not write to the repository.
  const own = run.is_fork_pull_request === false;
  return {
    kind: 'ci_run',
    data: {
      system: 'forgejo-actions',
      runId: run.id,
      status: run.status,
      repository: run.repository?.full_name ?? repository?.full_name,
      commit: own ? run.commit_sha : null,
      branch: own ? run.prettyref : null,
      name: run.workflow_id ?? null,
      url: run.html_url,
    },
    time: run.stopped ?? null,
  };
}
