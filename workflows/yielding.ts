import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { yieldSignal } from './messages';

/** Whether a run may still make room for a newer one of its group. */
export interface Yielding {
  /** Called when the run is about to change an environment: from then on it goes on to its end. */
  begun: () => void;
  /** Gives the function that ends the execution. */
  stoppable: (stop: (failure: Error) => void) => void;
}

/** Ends the run as superseded when its group asks, as long as it has changed no environment. */
export function createYielding(): Yielding {
  let asked: string | undefined;
  let end: ((failure: Error) => void) | undefined;
  let hasBegun = false;
  const yieldNow = () => {
    if (asked !== undefined && !hasBegun) end?.(ApplicationFailure.nonRetryable(asked, 'Superseded'));
  };
  setHandler(yieldSignal, ({ reason }) => {
    asked ??= reason;
    yieldNow();
  });
  return {
    begun() {
      hasBegun = true;
    },
    stoppable(stop) {
      end = stop;
      yieldNow();
    },
  };
}
