import { z } from 'zod';
import { maxName, optional, type Read, shown } from './fields';
import { project, readMergeRequest, readPush, readTag, user } from './gitlab-changes';
import { readDeployment, readPipeline } from './gitlab-ci';
import { validated } from './reading';

const other = z.object({
  object_kind: shown(maxName),
  event_name: shown(maxName),
  project: optional(project),
  project_path: shown(maxName),
  user,
  action: shown(maxName),
  object_attributes: optional(z.object({ action: shown(maxName) })),
});

const readers: ReadonlyMap<string, (payload: unknown) => Read | undefined> = new Map([
  ['push', readPush],
  ['tag_push', readTag],
  ['merge_request', readMergeRequest],
  ['pipeline', readPipeline],
  ['deployment', readDeployment],
]);

/** Reads a payload, by what it says of itself: the header, which is not signed, only names what says nothing. */
export function gitlabEvent(hook: string, payload: unknown): Read {
  const about = validated(other, payload);
  const name = about.object_kind ?? about.event_name;
  return (name ? readers.get(name)?.(payload) : undefined) ?? readOther(name ?? hook, about);
}

function readOther(name: string, about: z.infer<typeof other>): Read {
  const data = {
    event: name,
    action: about.object_attributes?.action ?? about.action ?? null,
    repository: about.project?.path_with_namespace,
    sender: about.user?.username ?? null,
  };
  return { kind: 'custom', data };
}
