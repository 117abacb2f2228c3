import { z } from 'zod';
import { commitOrNothing, id, maxLink, maxName, optional, type Read, shown } from './fields';
import { isSameProject, project, user } from './gitlab-changes';
import { validated } from './reading';

const pipeline = z.object({
  project,
  object_attributes: z.object({
    id,
    status: z.string(),
    sha: commitOrNothing,
    ref: shown(maxName),
    tag: optional(z.boolean()),
    name: shown(maxName),
    url: shown(maxLink),
    finished_at: shown(64),
  }),
  merge_request: z
    .object({ source_project_id: optional(z.number()), target_project_id: optional(z.number()) })
    .nullish(),
});

const deployment = z.object({
  project,
  environment: z.string(),
  status: shown(maxName),
  status_changed_at: shown(64),
  commit_url: shown(maxLink),
  deployable_url: shown(maxLink),
  user,
});

/** A run of GitLab CI. */
export function readPipeline(payload: unknown): Read {
  const { project, object_attributes: run, merge_request: of } = validated(pipeline, payload);
  const own = !of || isSameProject(of);
  return {
    kind: 'ci_run',
    data: {
      system: 'gitlab',
      runId: run.id,
      status: run.status,
      repository: project.path_with_namespace,
      // A fork's pipeline files are not to be trusted.
      commit: own ? run.sha : null,
      branch: own && run.tag !== true ? run.ref : null,
      name: run.name,
      url: run.url,
    },
    time: run.finished_at ?? null,
  };
}

/** What GitLab says of a deployment. Its commit is no `commit`, because a merge request's may be deployed for a review. */
export function readDeployment(payload: unknown): Read {
  const { project, environment, status, commit_url, ...about } = validated(deployment, payload);
  return {
    kind: 'deployment',
    data: {
      service: project.path_with_namespace.split('/').at(-1),
      environment,
      status: status ?? null,
      repository: project.path_with_namespace,
      revision: /\/commit\/([0-9a-f]{40,64})$/.exec(commit_url ?? '')?.[1] ?? null,
      url: about.deployable_url ?? null,
      author: about.user?.username ?? null,
    },
    time: about.status_changed_at ?? null,
  };
}
