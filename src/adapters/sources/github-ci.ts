import { z } from 'zod';
import { commitOrNothing, id, maxLink, maxMessage, maxName, optional, type Read, shown } from './fields';
import { person, repository } from './github-changes';
import { validated } from './reading';

const run = {
  id,
  name: shown(maxName),
  status: z.string(),
  conclusion: shown(maxName),
  head_sha: commitOrNothing,
  html_url: shown(maxLink),
};

const checkRun = z.object({
  action: z.string(),
  repository,
  check_run: z.object({
    ...run,
    started_at: shown(64),
    completed_at: shown(64),
    app: optional(z.object({ slug: shown(maxName) })),
    check_suite: optional(z.object({ head_branch: shown(maxName) })),
  }),
});

const workflowRun = z.object({
  repository,
  workflow_run: z.object({
    ...run,
    updated_at: shown(64),
    head_branch: shown(maxName),
    head_repository: optional(z.object({ full_name: shown(maxName) })),
  }),
});

const deployment = z.object({
  repository: z.object({ full_name: z.string() }),
  deployment_status: z.object({
    state: shown(maxName),
    environment: shown(maxName),
    description: shown(maxMessage),
    target_url: shown(maxLink),
    updated_at: shown(64),
    creator: person,
  }),
  deployment: z.object({ environment: z.string(), sha: shown(maxName) }),
});

/** A check that was begun or ended; undefined for the press of a button. */
export function readCheckRun(payload: unknown): Read | undefined {
  const { action, repository, check_run } = validated(checkRun, payload);
  if (action !== 'created' && action !== 'completed') return undefined;
  const branch = check_run.check_suite?.head_branch ?? null;
  return {
    kind: 'ci_run',
    data: {
      ...common(check_run),
      system: check_run.app?.slug ?? 'github',
      repository: repository.full_name,
      // GitHub names no branch where the commit is of a fork, whose pipeline files are not to be trusted.
      commit: branch === null ? null : check_run.head_sha,
      branch,
    },
    time: check_run.completed_at ?? check_run.started_at ?? null,
  };
}

/** A run of GitHub Actions. */
export function readWorkflowRun(payload: unknown): Read {
  const { repository, workflow_run } = validated(workflowRun, payload);
  const own = workflow_run.head_repository?.full_name === repository.full_name;
  return {
    kind: 'ci_run',
    data: {
      ...common(workflow_run),
      system: 'github-actions',
      repository: repository.full_name,
      // A fork's branch may be called main as well, and its pipeline files are not to be trusted.
      commit: own ? workflow_run.head_sha : null,
      branch: own ? workflow_run.head_branch : null,
    },
    time: workflow_run.updated_at ?? null,
  };
}

function common({ id, status, conclusion, html_url, name }: z.infer<z.ZodObject<typeof run>>) {
  return { runId: id, status: conclusion ?? status, url: html_url, name };
}

/** What GitHub was told about a deployment. Its commit is no `commit`, because a fork's may be deployed for a preview. */
export function readDeployment(payload: unknown): Read {
  const { repository, deployment_status: said, deployment: of } = validated(deployment, payload);
  return {
    kind: 'deployment',
    data: {
      service: repository.full_name.split('/').at(-1),
      environment: said.environment ?? of.environment,
      status: said.state ?? null,
      repository: repository.full_name,
      revision: of.sha ?? null,
      description: said.description ?? null,
      url: said.target_url ?? null,
      author: said.creator?.login ?? null,
    },
    time: said.updated_at ?? null,
  };
}
