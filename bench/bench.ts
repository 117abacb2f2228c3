import type { Stage } from '../scripts/demo/stage';
import type { Control } from '../scripts/demo/control';
import type { BackendName } from './arguments';
import type { Context } from '../scripts/setup';
import type { Figure } from './figures';

/** What a bench works with: a platform of its own, started for it and stopped after it. */
export interface BenchContext {
  /** Folder of everything the bench writes. */
  folder: string;
  /** Folder of the repository's examples. */
  examples: string;
  stage: Stage;
  /** What Temporal runs on. */
  backend: BackendName;
  control: Control;
  signal: AbortSignal;
  /** For finding and installing what the project does not depend on. */
  setup: Context;
  /** A number of rounds, runs or seconds; a tenth of it where a quick run is to show only that everything works. */
  scaled: (usual: number) => number;
  /** Tells a person how far it is. */
  say: (text: string) => void;
}

/** Measures something; returns its figures. Throws when the platform does not do what is to be measured. */
export type Bench = (context: BenchContext) => Promise<Figure[]>;
