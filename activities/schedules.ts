import type { SagalineEvent } from '../src/domain/event';
import type { PipelineFile } from '../src/domain/pipeline-file';
import type { PipelineSchedule, RefusedSchedule, Workflows } from '../src/ports';
import { type FilePorts, readPipelines } from './route-files';

/** What schedules are made of, and what they are kept in. */
export interface SchedulePorts extends FilePorts {
  workflows: Pick<Workflows, 'syncSchedules'>;
}

/** The head of a busy default branch moves while schedules are written; by then the next push brings the next look. */
const maxRounds = 5;

/** Activities of a schedule's firing. */
export function createSchedules({ workflows }: { workflows: Workflows }) {
  return {
    /** Hands a firing to its inbox; repeating it has one effect. */
    deliverScheduled({ project, event }: { project: string; event: SagalineEvent }): Promise<void> {
      return workflows.deliver(project, event);
    },
  };
}

/**
 * Makes a repository's schedules those of its default branch; returns those that are refused. Throws
 * RepositoryUnreachable or CommitNotFound.
 */
export async function syncRepository(
  ports: SchedulePorts,
  project: string,
  repository: string,
): Promise<RefusedSchedule[]> {
  const { repositories, workflows } = ports;
  let head = await repositories.head(repository, 'HEAD');
  for (let round = 1; ; round++) {
    const files = head === undefined ? [] : await readPipelines(ports, repository, head);
    const { changed, refused } = await workflows.syncSchedules(project, repository, schedulesOf(files));
    if (!changed || round === maxRounds) return refused;
    // Two workers may do this at one time: whoever has written last must have read the present head.
    const present = await repositories.head(repository, 'HEAD');
    if (present === head) return refused;
    head = present;
  }
}

/** The crons of all pipelines that can be used, in the order in which they are written. */
function schedulesOf(files: PipelineFile[]): PipelineSchedule[] {
  return files.flatMap(({ pipeline }) =>
    (pipeline?.on ?? []).flatMap((trigger) =>
      trigger.event === 'schedule' && 'zone' in trigger && trigger.cron !== undefined
        ? [{ pipeline: pipeline?.name ?? '', cron: trigger.cron, zone: trigger.zone }]
        : [],
    ),
  );
}
