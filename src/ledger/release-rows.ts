import type { Insertable } from 'kysely';
import type { RunView, StepView } from '../domain/run';
import type { Rollback } from '../ports';
import type { ReleasesTable } from './tables';

/** The rows of what a run has released, as far as its steps are known. */
export function releasesOf(project: string, view: RunView): Insertable<ReleasesTable>[] {
  return view.steps.flatMap((step) => {
    const { release, startedAt, finishedAt, status } = step;
    if (!release || startedAt === null) return [];
    const { service, environment, id, artifact, configuration, decided } = release;
    const liveAt = status === 'succeeded' ? finishedAt : null;
    const endedAt = takenBackAt(step, view);
    return [
      {
        ...{ id: `${view.id}/${step.id}`, project, service, environment, cause: 'run' as const },
        ...{ release: id, commit: view.commit, artifact, configuration },
        ...{ run_id: view.id, step: step.id, event_id: view.eventId },
        ...{ actor: decided?.actor ?? null, reason: decided?.reason ?? null },
        ...{ began_at: startedAt, live_at: liveAt, ended_at: endedAt },
        problem: endedAt === null ? null : (view.reason ?? step.detail),
      },
    ];
  });
}

function takenBackAt({ id, status, finishedAt }: StepView, { compensations }: RunView): string | null {
  if (status === 'failed' || status === 'cancelled') return finishedAt;
  const undo = compensations.find(({ step }) => step === id);
  return undo?.status === 'succeeded' || undo?.status === 'skipped' ? undo.finishedAt : null;
}

/** The row of a rollback. */
export function rollbackRow(rollback: Rollback): Insertable<ReleasesTable> {
  const { id, lane, release, actor, reason, beganAt, liveAt, problem } = rollback;
  return {
    ...{ id, ...lane, cause: 'rollback', release: release.id, commit: release.commit },
    ...{ artifact: release.artifact, configuration: release.configuration },
    ...{ run_id: release.runId, step: null, event_id: null, actor, reason },
    ...{ began_at: beganAt, live_at: liveAt, ended_at: null, problem },
  };
}
