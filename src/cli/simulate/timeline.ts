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
  const undos = view.compensations.map((undo) => ({ ...undo, id: undo.step }));
  const all = [
    ...view.steps.flatMap((step) => stages(step, '', ranks)),
    ...notes.map((note) => ({ ...note, rank: ranks.note })),
    ...undos.flatMap((undo, at) =>
      stages(undo, 'undo ', { start: ranks.undo + 2 * at, end: ranks.undo + 2 * at + 1 }),
    ),
  ];
  return all
    .sort((one, other) => one.at - other.at || one.rank - other.rank)
    .map(({ at, step, event, detail }) => ({ at: new Date(at).toISOString(), step, event, detail }));
}

/** What happens in one moment: ends come first, because they make beginnings possible; undoing comes last. */
const ranks = { end: 0, start: 1, note: 2, undo: 3 };

type Shown = Omit<RunView['steps'][number], 'uses' | 'status'> & { status: string };

function stages(
  { id, status, startedAt, finishedAt, detail }: Shown,
  prefix: string,
  rank: { start: number; end: number },
): (Note & { rank: number })[] {
  // A step that never ran has no time of its own to be shown at.
  if (startedAt === null) return [];
  const start = {
    at: Date.parse(startedAt),
    step: id,
    event: `${prefix}started`,
    detail: null,
    rank: rank.start,
  };
  if (finishedAt === null) return [start];
  return [
    start,
    { at: Date.parse(finishedAt), step: id, event: `${prefix}${status}`, detail, rank: rank.end },
  ];
}

/** Ids of the undone steps in the order in which they were undone. */
export function compensationsOf({ compensations }: RunView): string[] {
  // The run keeps them last in, first out, which is how it executes them.
  return compensations.filter(({ startedAt }) => startedAt !== null).map(({ step }) => step);
}
