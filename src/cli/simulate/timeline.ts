import type { RunView } from '../../domain/run';

/** Something that happened, at a simulated time in ms. */
export interface Note {
  at: number;
  /** Null for what concerns the run as a whole. */
  step: string | null;
  event: string;
  detail: string | null;
}

/** A note as it is printed as JSON; `at` is ISO 8601. */
export interface Entry extends Omit<Note, 'at'> {
  at: string;
}

/** Everything that happened, in order: what the run shows of its steps and undos, and what was noted beside it. */
export function timelineOf(view: RunView, notes: readonly Note[]): Entry[] {
  const shown = [
    ...view.steps.flatMap((step) => stages(step, '', step.detail)),
    ...view.compensations.flatMap((undo) => stages({ ...undo, id: undo.step }, 'undo ', undo.detail)),
  ];
  const all = [...notes, ...shown].sort((one, other) => one.at - other.at || rank(one) - rank(other));
  return all.map(({ at, ...note }) => ({ at: new Date(at).toISOString(), ...note }));
}

interface Shown {
  id: string;
  status: string;
  startedAt: string | null;
  finishedAt: string | null;
}

function stages({ id, status, startedAt, finishedAt }: Shown, prefix: string, detail: string | null): Note[] {
  const note = (time: string | null, event: string, said: string | null): Note[] =>
    time === null ? [] : [{ at: Date.parse(time), step: id, event: `${prefix}${event}`, detail: said }];
  // A step that never ran has no time of its own to be shown at.
  if (startedAt === null && status === 'skipped') return [];
  return [...note(startedAt, 'started', null), ...note(finishedAt, status, detail)];
}

/** What a step's end makes possible comes after it, when both happen in one moment. */
function rank({ event }: Note): number {
  if (event.endsWith('started')) return event.startsWith('undo') ? 2 : 1;
  return event.startsWith('undo') ? 3 : 0;
}

/** Ids of the undone steps in the order in which they were undone. */
export function compensationsOf({ compensations }: RunView): string[] {
  // The run keeps them last in, first out, which is how it executes them.
  return compensations.filter(({ startedAt }) => startedAt !== null).map(({ step }) => step);
}
