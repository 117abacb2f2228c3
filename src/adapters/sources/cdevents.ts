import { z } from 'zod';
import { repositoryName } from '../../domain/repository-name';
import { id, maxMessage, maxName, optional, type Read, shown } from './fields';
import { imageOfPurl } from './purl';

const reference = optional(z.object({ id, source: shown(maxName) }));

/** What is read of a CDEvent (https://cdevents.dev) of any version; each part may be missing. */
const cdevent = z.object({
  context: optional(z.object({ source: shown(1024), timestamp: shown(64) })),
  subject: z.object({
    id: z.string().min(1).max(1024),
    source: shown(1024),
    content: optional(
      z.object({
        artifactId: shown(1024),
        description: shown(maxMessage),
        environment: reference,
        outcome: shown(maxName),
        pipelineName: shown(maxName),
        repository: reference,
        service: reference,
        taskName: shown(maxName),
        testCase: optional(z.object({ name: shown(maxName) })),
        testSuite: optional(z.object({ name: shown(maxName) })),
        uri: shown(2048),
        url: shown(2048),
      }),
    ),
  }),
  customData: optional(z.object({ severity: shown(maxName) })),
});
type CdEvent = z.infer<typeof cdevent>;
type Content = NonNullable<CdEvent['subject']['content']>;

type Reader = (event: CdEvent, content: Partial<Content>, name: string) => Read | undefined;

const readers: ReadonlyMap<string, Reader> = new Map([
  ['artifact.packaged', image],
  ['artifact.published', image],
  ['build.finished', ciRun],
  ['incident.detected', alert],
  ['incident.reported', alert],
  ['incident.resolved', alert],
  ['pipelinerun.finished', ciRun],
  ['service.deployed', deployment],
  ['service.rolledback', deployment],
  ['service.upgraded', deployment],
  ['taskrun.finished', ciRun],
  ['testcaserun.finished', ciRun],
  ['testsuiterun.finished', ciRun],
]);

/** The kind of event that a CDEvent is, with its data; undefined where it is none or says too little for one. */
export function cdeventContent(type: string, data: unknown): Read | undefined {
  const name = /^dev\.cdevents\.([a-z]+\.[a-z]+)(\.|$)/.exec(type)?.[1];
  const event = name === undefined ? undefined : cdevent.safeParse(data).data;
  if (name === undefined || event === undefined) return undefined;
  return readers.get(name)?.(event, event.subject.content ?? {}, name);
}

/** The git repository that a CDEvent names, such as that of a change or a branch. */
export const cdeventRepository = (data: unknown): string | undefined =>
  repositoryName.safeParse(cdevent.safeParse(data).data?.subject.content?.repository?.id).data;

function image({ subject }: CdEvent): Read | undefined {
  const data = imageOfPurl(subject.id);
  return data && { kind: 'image', data };
}

function deployment(
  { subject, context }: CdEvent,
  { environment, artifactId }: Partial<Content>,
  name: string,
): Read | undefined {
  if (!environment) return undefined;
  const data = {
    service: subject.id,
    environment: environment.id,
    event: name,
    artifact: artifactId ?? null,
  };
  return { kind: 'deployment', data, time: context?.timestamp };
}

/** Outcomes of tests had other names before version 0.5. */
const outcomes: ReadonlyMap<string, string> = new Map([
  ['pass', 'success'],
  ['fail', 'failure'],
]);

function ciRun({ subject, context }: CdEvent, content: Partial<Content>): Read | undefined {
  const system = subject.source ?? context?.source;
  if (!system) return undefined;
  const outcome = content.outcome ?? 'finished';
  const data = {
    system,
    runId: subject.id,
    status: outcomes.get(outcome) ?? outcome,
    url: content.uri ?? content.url ?? null,
    name:
      content.pipelineName ?? content.taskName ?? content.testCase?.name ?? content.testSuite?.name ?? null,
  };
  return { kind: 'ci_run', data, time: context?.timestamp };
}

function alert({ subject, context, customData }: CdEvent, content: Partial<Content>, name: string): Read {
  const data = {
    status: name === 'incident.resolved' ? 'resolved' : 'firing',
    // Not the description, which is another one when the incident is resolved.
    name: subject.id,
    service: content.service?.id ?? null,
    environment: content.environment?.id ?? null,
    severity: customData?.severity ?? null,
    labels: content.description ? { description: content.description } : {},
    startsAt: name === 'incident.resolved' ? null : (context?.timestamp ?? null),
  };
  return { kind: 'alert', data, time: context?.timestamp };
}
