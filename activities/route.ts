import { Context } from '@temporalio/activity';
import { SagalineError } from '../src/domain/errors';
import { type Decision, type EventRecord, maxEventDepth, type SagalineEvent } from '../src/domain/event';
import { scheduleSource } from '../src/domain/own-sources';
import type { Order } from '../src/domain/run';
import { deadLetterSubject } from '../src/domain/subject';
import type { Configuration, LedgerWriter } from '../src/ports';
import { withAttention } from './attention';
import { createDefaultBranches, type WhenDefaultBranchMoved } from './default-branch';
import { asFound, resolveCommits, textOf } from './route-commits';
import { decideFiles, nothing } from './route-decide';
import { pipelineFolder, readPipelines } from './route-files';
import { reportFaults } from './route-report';
import { changedPathsOf } from './route-paths';
import { type SchedulePorts, syncRepository } from './schedules';
import { type RoutingEffects, whileWanted } from './while-wanted';

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
  /** Events that have no effect, with the decision that says why: only the ledger wants them. */
  refused?: EventRecord[];
}

export interface Routed {
  key: string;
  decisions: Decision[];
}

interface OutsidePorts extends SchedulePorts {
  workflows: RoutingEffects;
  configuration: Configuration;
  ledger: LedgerWriter;
}

interface RoutePorts extends OutsidePorts {
  whenDefaultBranchMoved: WhenDefaultBranchMoved;
}

/** Finds the pipelines that listen to each event and starts their runs; repeating it starts nothing twice. */
export function createRoute(outside: OutsidePorts) {
  const ports = { ...outside, whenDefaultBranchMoved: createDefaultBranches(outside.repositories) };
  /** In order, because two events of one ref must ask their lane in the order in which they came. */
  const routeAll = async (project: string, items: RouteItem[], signal: AbortSignal): Promise<Routed[]> => {
    const own = { ...ports, workflows: whileWanted(ports.workflows, signal) };
    const routed: Routed[] = [];
    for (const { event, ...item } of items) {
      const decisions = await routeEvent(own, project, { event, ...item });
      ports.ledger.recordEvent(project, { event, status: 'routed', decisions });
      routed.push({ key: event.key, decisions });
    }
    return routed;
  };
  return async function route({ project, items, refused = [] }: RouteInput): Promise<Routed[]> {
    for (const record of refused) ports.ledger.recordEvent(project, record);
    const { cancelled } = Context.current();
    // A repository can take longer to answer than an attempt may last, and the next one must not wait for that.
    return withAttention(({ signal }) => Promise.race([routeAll(project, items, signal), cancelled]));
  };
}

/** Decides on one event, and tells the runs that wait for it; what is not for this platform concerns neither. */
async function routeEvent(ports: RoutePorts, project: string, item: RouteItem): Promise<Decision[]> {
  const { subject } = item.event;
  if (subject === deadLetterSubject) return [nothing('not understood: kept as a dead letter')];
  const registered = (await ports.configuration.current()).repositories.map(({ name }) => name);
  const named = repositoryOf(item.event);
  if (named !== undefined && !registered.includes(named)) return [nothing('repository not registered')];
  const decisions = await decisionsOn(ports, project, item, named === undefined ? registered : [named]);
  await ports.workflows.offerEvent(project, item.event);
  return decisions;
}

/** The git repository that an event names; an image's `repository` is one of images. */
function repositoryOf({ kind, data }: SagalineEvent): string | undefined {
  return kind === 'image' ? undefined : textOf(data['repository']);
}

async function decisionsOn(
  ports: RoutePorts,
  project: string,
  item: RouteItem,
  repositories: string[],
): Promise<Decision[]> {
  const { data, depth = 0 } = item.event;
  if (depth > maxEventDepth) {
    return [nothing(`cut: caused by a chain of ${String(maxEventDepth)} events of the platform's own`)];
  }
  if (data['deleted'] === true) return [nothing('the ref was deleted: there is no commit to run')];
  const decisions: Decision[] = [];
  for (const repository of repositories) {
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
    const files = await readPipelines(ports, repository, commits.definition);
    const configuration = await ports.configuration.current();
    const event = asFound(item.event, commits);
    const changed = await changedPathsOf(ports.repositories, item.event, repository, commits, files);
    const found = { project, repository, commits, files, changed, configuration };
    reportFaults(ports.ledger, event, commits.definition, found);
    const decisions = await decideFiles(ports.workflows, { ...item, event }, found);
    const refused = await refusedSchedules(ports, project, item.event, repository, decisions);
    if (decisions.length + refused.length > 0) return [...decisions, ...refused];
    return [nothing(`no pipeline in ${pipelineFolder} at ${commits.definition}`)];
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    // sagaline.yaml has changed in between; an error that is final would end the inbox.
    if (error.code === 'NotFound') return [nothing('repository not registered')];
    if (error.code !== 'CommitNotFound') throw error;
    if (Context.current().info.attempt < commitAttempts)
      throw new SagalineError('RepositoryUnreachable', error.detail);
    return [nothing(error.detail)];
  }
}

/** Brings the schedules up to date where this event shows that they may not be, and says which cannot be. */
async function refusedSchedules(
  ports: RoutePorts,
  project: string,
  event: SagalineEvent,
  repository: string,
  decisions: Decision[],
): Promise<Decision[]> {
  const { kind, source, data } = event;
  // A schedule that a sync did not see because it was made a moment before is found when it fires.
  const isStray =
    source === scheduleSource && kind === 'schedule' && decisions.every(({ matched }) => !matched);
  if (!isStray && kind !== 'push') return [];
  const sync = () => syncRepository(ports, project, repository);
  const refused = isStray ? await sync() : await ports.whenDefaultBranchMoved(repository, data, sync);
  return (refused ?? []).map(({ schedule, reason }) =>
    nothing(`schedule ${schedule.cron} in ${schedule.zone}: ${reason}`, schedule.pipeline),
  );
}
