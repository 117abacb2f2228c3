import type { PlatformConfiguration } from '../src/domain/configuration';
import { SagalineError } from '../src/domain/errors';
import { dataSchemas, type Decision, type SagalineEvent } from '../src/domain/event';
import { publicEventId } from '../src/domain/event-id';
import type { Plan } from '../src/domain/expand';
import { inboxId } from '../src/domain/identity';
import { completeInputs, type Inputs } from '../src/domain/inputs';
import { unknownNames } from '../src/domain/known-names';
import { environmentsOf } from '../src/domain/plan';
import type { Pipeline } from '../src/domain/pipeline';
import type { PipelineFile } from '../src/domain/pipeline-file';
import type { ChangedPaths } from '../src/domain/trigger-filters';
import { namedPipeline, triggered } from '../src/domain/triggers';
import { type RunInput, runVersion } from '../src/domain/run';
import type { Workflows } from '../src/ports';
import type { Commits } from './route-commits';
import type { RouteItem } from './route';

/** What is known when the pipelines of one repository are decided on. */
export interface Candidates {
  project: string;
  repository: string;
  commits: Commits;
  files: PipelineFile[];
  changed: ChangedPaths;
  configuration: PlatformConfiguration;
}

/** A decision by which nothing is started. */
export const nothing = (reason: string, pipeline: string | null = null): Decision => ({
  pipeline,
  matched: false,
  reason,
  runId: null,
});

/** Decides on each pipeline that the event may concern, and starts the runs of those that listen. */
export async function decideFiles(
  workflows: Pick<Workflows, 'startRun'>,
  item: RouteItem,
  found: Candidates,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const file of concerned(found.files, namedPipeline(item.event))) {
    if (typeof file === 'string') decisions.push(nothing(file, namedPipeline(item.event) ?? null));
    else if (file.pipeline && file.plan)
      decisions.push(await decide(workflows, item, found, { pipeline: file.pipeline, plan: file.plan }));
    else decisions.push(nothing(file.problem?.detail ?? 'cannot be read', file.path));
  }
  return decisions;
}

/** All files, or the one whose pipeline is named; where there is none, why, with the faulty files that may hold it. */
function concerned(files: PipelineFile[], name: string | undefined): (PipelineFile | string)[] {
  if (name === undefined) return files;
  const named = files.filter(({ pipeline }) => pipeline?.name === name);
  if (named.length > 0) return named;
  const known = files.flatMap(({ pipeline }) => pipeline?.name ?? []).sort();
  const listed = known.length > 0 ? `known are ${known.join(', ')}` : 'no file holds one that can be used';
  return [
    `there is no pipeline ${name} at this commit: ${listed}`,
    ...files.filter(({ problem }) => problem),
  ];
}

async function decide(
  workflows: Pick<Workflows, 'startRun'>,
  { event, order }: RouteItem,
  { project, repository, commits, changed, configuration }: Candidates,
  { pipeline, plan }: { pipeline: Pipeline; plan: Plan },
): Promise<Decision> {
  const match = triggered(pipeline, event, changed);
  if (!match.matched) return nothing(match.reason, pipeline.name);
  const unknown = unknownNames(plan, configuration);
  if (unknown.length > 0) return nothing(unknown.join('; '), pipeline.name);
  const inputs = inputsOf(pipeline, event.kind === 'manual' ? event.data['inputs'] : undefined);
  if ('fault' in inputs) return nothing(inputs.fault, pipeline.name);
  const beyond = beyondLimit(event, plan);
  if (beyond !== undefined) return nothing(beyond, pipeline.name);
  const admission = admissionOf(event, repository, configuration);
  if (typeof admission === 'string') return nothing(admission, pipeline.name);
  const eventId = publicEventId(inboxId(project, event.source, event.subject), event.key);
  const runId = await workflows.startRun({
    ...{ project, repository, commit: commits.run, event, eventId, order, pipeline: plan },
    version: runVersion,
    inputs: inputs.values,
    ...(commits.refUnproven && { refUnproven: true }),
    ...admission,
  });
  return { pipeline: pipeline.name, ...match, runId };
}

/** Why who sent the event by hand may not start this pipeline, where they may change some environments only. */
function beyondLimit({ kind, data }: SagalineEvent, { steps }: Plan): string | undefined {
  if (kind !== 'manual') return undefined;
  const { environments: limit, author } = dataSchemas.manual.parse(data);
  const beyond = environmentsOf(steps).filter((name) => limit?.includes(name) === false);
  if (beyond.length === 0) return undefined;
  return `the token ${author ?? ''} may change ${limit?.join(', ') ?? ''} only, not ${beyond.join(', ')}`;
}

/** What a run of a fork's pull request waits for, as sagaline.yaml says; or why there is none. */
function admissionOf(
  { kind, data }: SagalineEvent,
  repository: string,
  { repositories, services }: PlatformConfiguration,
): Pick<RunInput, 'fork'> | string {
  if (kind !== 'pull_request' || data['fork'] !== true) return {};
  switch (repositories.find(({ name }) => name === repository)?.forks) {
    case 'run':
      return {};
    case 'ignore':
      return 'a pull request of a fork, which sagaline.yaml ignores for this repository';
    default: {
      const owners = services.flatMap((service) =>
        service.repository === repository && service.owner !== undefined ? [service.owner] : [],
      );
      return { fork: { teams: [...new Set(owners)] } };
    }
  }
}

/** Nobody gives inputs with an event that was not sent by hand: then the defaults count. */
function inputsOf({ inputs = {} }: Pipeline, given: unknown): { values: Inputs } | { fault: string } {
  try {
    return { values: completeInputs(inputs, isRecord(given) ? given : {}) };
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'Malformed') throw error;
    return { fault: error.detail };
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
