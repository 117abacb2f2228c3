import type { Stage } from '../scripts/demo/stage';
import type { Control } from '../scripts/demo/control';
import type { Figure } from './figures';

/** What a bench works with: a platform of its own, started for it and stopped after it. */
export interface BenchContext {
  /** Folder of everything the bench writes. */
  folder: string;
  /** Folder of the repository's examples. */
  examples: string;
  stage: Stage;
  control: Control;
  signal: AbortSignal;
  /** Tells a person how far it is. */
  say: (text: string) => void;
}

/** Measures something; returns its figures. Throws when the platform does not do what is to be measured. */
export type Bench = (context: BenchContext) => Promise<Figure[]>;
