import type { RunView } from '../domain/run';

const path = (...parts: string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

export const eventPath = (id: string): string => path('events', id);
export const runPath = (id: string): string => path('runs', id);
export const lanePath = (service: string, environment: string): string => path('lanes', service, environment);

/** Where to go from a run: itself, its event, and the log of each of its steps. */
function runLinks({ id, eventId, steps }: Pick<RunView, 'id' | 'eventId' | 'steps'>) {
  const logs = steps.map((step) => [step.id, path('runs', id, 'steps', step.id, 'logs')]);
  return {
    self: runPath(id),
    event: eventPath(eventId),
    logs: Object.fromEntries(logs) as Record<string, string>,
  };
}

/** A run as the API shows it. */
export const runAnswer = (view: RunView) => ({ ...view, links: runLinks(view) });
