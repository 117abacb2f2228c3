import type { Workflows } from '../src/ports';

/** What routing does to workflows. */
export type RoutingEffects = Pick<Workflows, 'startRun' | 'offerEvent' | 'syncSchedules'>;

/**
 * The same effects for one attempt: one that was replaced may still wait for a repository, and must then start and offer
 * nothing any more. They reject with the signal's reason once it is aborted.
 */
export function whileWanted(workflows: RoutingEffects, signal: AbortSignal): RoutingEffects {
  const wanted =
    <A extends unknown[], R>(effect: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      signal.throwIfAborted();
      return effect(...args);
    };
  return {
    startRun: wanted((input) => workflows.startRun(input)),
    offerEvent: wanted((project, event) => workflows.offerEvent(project, event)),
    syncSchedules: wanted((project, repository, schedules) =>
      workflows.syncSchedules(project, repository, schedules),
    ),
  };
}
