import { Context } from '@temporalio/activity';
import { SagalineError } from '../src/domain/errors';
import type { Decision, SagalineEvent } from '../src/domain/event';
import { publicEventId } from '../src/domain/event-id';
import { evaluateCondition } from '../src/domain/expression';
import { expand } from '../src/domain/expand';
import { inboxId } from '../src/domain/identity';
import type { Pipeline } from '../src/domain/pipeline';
import { deadLetterSubject } from '../src/domain/subject';
import { parsePipeline } from '../src/domain/pipeline-file';
import type { Order } from '../src/domain/run';
import type { Configuration, Repositories, Workflows } from '../src/ports';

/** Folder of a repository that holds its pipelines. */
const pipelineFolder = '.sagaline';

/** Tries for a commit that is not there yet: a vendor's hook can be faster than its own storage. */
const commitAttempts = 3;

export interface RouteItem {
  event: SagalineEvent;
  order: Order;
  /** The chain of pushes is broken: only the present head of the ref may deploy. */
  askHead: boolean;
}

export interface RouteInput {
  project: string;
  items: RouteItem[];
}

export interface Routed {
  key: string;
  decisions: Decision[];
}

interface RoutePorts {
  configuration: Configuration;
  repositories: Repositories;
  workflows: Workflows;
}

const nothing = (reason: string, pipeline: string | null = null): Decision => ({
  pipeline,
  matched: false,
  reason,
  runId: null,
});

/** Finds the pipelines that listen to each event and starts their runs; repeating it starts nothing twice. */
export function createRoute(ports: RoutePorts) {
  return async function route({ project, items }: RouteInput): Promise<Routed[]> {
    const routed: Routed[] = [];
    // In order, because two events of one ref must ask their lane in the order in which they came.
    for (const item of items) {
      routed.push({ key: item.event.key, decisions: await decisionsOn(ports, project, item) });
    }
    return routed;
  };
}

async function decisionsOn(ports: RoutePorts, project: string, item: RouteItem): Promise<Decision[]> {
  const { data, subject } = item.event;
  if (subject === deadLetterSubject) return [nothing('not understood: kept as a dead letter')];
  const registered = (await ports.configuration.current()).repositories.map(({ name }) => name);
  const named = textOf(data['repository']);
  if (named !== undefined && !registered.includes(named)) return [nothing('repository not registered')];
  if (data['deleted'] === true) return [nothing('the ref was deleted: there is no commit to run')];
  const decisions: Decision[] = [];
  for (const repository of named === undefined ? registered : [named]) {
    decisions.push(...(await decisionsOfRepository(ports, project, item, repository)));
  }
  return decisions.length > 0 ? decisions : [nothing('no repository is registered')];
}

async function decisionsOfRepository(
  ports: RoutePorts,
  project: string,
  item: RouteItem,
  repository: string,
): Promise<Decision[]> {
  try {
    const commits = await resolveCommits(ports.repositories, item, repository);
    if ('reason' in commits) return [nothing(commits.reason)];
    const files = await ports.repositories.files(repository, commits.definition, pipelineFolder);
    if (files.length === 0) return [nothing(`no pipeline in ${pipelineFolder} at ${commits.definition}`)];
    return await decideFiles(ports.workflows, project, item, { repository, commit: commits.run, files });
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'CommitNotFound') throw error;
    if (Context.current().info.attempt < commitAttempts)
      throw new SagalineError('RepositoryUnreachable', error.detail);
    return [nothing(error.detail)];
  }
}

interface Commits {
  /** The commit that a run builds. */
  run: string;
  /** The commit whose pipeline files count. */
  definition: string;
}

/** Which commit to build, and whose definition to trust: a fork's pull request never brings its own. */
async function resolveCommits(
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

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const branchRef = (name: string): string => (name.startsWith('refs/') ? name : `refs/heads/${name}`);

interface Found {
  repository: string;
  commit: string;
  files: { path: string; text: string }[];
}

async function decideFiles(
  workflows: Workflows,
  project: string,
  { event, order }: RouteItem,
  { repository, commit, files }: Found,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const names = new Set<string>();
  for (const { path, text } of files) {
    const pipeline = parsed(path, text);
    if ('problem' in pipeline) {
      decisions.push(nothing(pipeline.problem, path));
    } else if (names.has(pipeline.name)) {
      decisions.push(
        nothing(`${path}: another file already names its pipeline ${pipeline.name}`, pipeline.name),
      );
    } else {
      names.add(pipeline.name);
      const trigger = triggered(pipeline, event);
      const eventId = publicEventId(inboxId(project, event.source, event.subject), event.key);
      const runId = trigger.matched
        ? await workflows.startRun({ project, repository, commit, event, eventId, order, pipeline: expand(pipeline) })
        : null;
      decisions.push({ pipeline: pipeline.name, ...trigger, runId });
    }
  }
  return decisions;
}

function parsed(path: string, text: string): Pipeline | { problem: string } {
  try {
    return parsePipeline(path, text);
  } catch (error) {
    if (error instanceof SagalineError) return { problem: error.detail };
    throw error;
  }
}

function triggered(pipeline: Pipeline, event: SagalineEvent): { matched: boolean; reason: string } {
  const sameKind = pipeline.on.filter((trigger) => trigger.event === event.kind);
  if (sameKind.length === 0) return { matched: false, reason: `does not listen to ${event.kind}` };
  const answers = sameKind.map(({ when }) =>
    when === undefined
      ? { matched: true, reason: `listens to ${event.kind}` }
      : evaluateCondition(when, { event }),
  );
  return (
    answers.find(({ matched }) => matched) ?? answers[0] ?? { matched: false, reason: 'no trigger matched' }
  );
}
