import type { PlannedStep } from '../../domain/expand';
import type { Grant, Holder } from '../../domain/lane';
import type { CanaryStep } from '../../domain/pipeline';
import type { Note } from './timeline';

/** A step that is released as a canary. */
export type Canary = PlannedStep & CanaryStep;

/** What a script needs of the stage that it is played on. */
export interface Stage {
  /** The canary step whose workflow has that id; undefined for every other workflow. */
  canary: (workflowId: string) => Canary | undefined;
  /** Tells a run that it has its turn. */
  grant: (holder: Holder, grant: Grant) => Promise<void>;
  note: (note: Note) => void;
  /** Resolves when every activity that is due was begun by a worker. */
  allBegun: () => Promise<void>;
  /** Lets the worker die while it executes this one activity, and another one take over. */
  replaceWorker: () => Promise<void>;
  /** Says that the run waits for somebody who is no part of a rehearsal. */
  holdForGood: () => void;
}
