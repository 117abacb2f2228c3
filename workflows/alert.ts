import { CancellationScope } from '@temporalio/workflow';
import type { RunInput } from '../src/domain/run';
import { raiseAlert } from './activities';
import type { Board } from './board';

/** Tells the sinks for alerts that the run needs somebody; nothing waits for it and nothing fails by it. */
export function alert(input: RunInput, board: Board, step: string, name: string, text: string): void {
  // The histories of 0.1.0 hold no alerts.
  if (input.version === undefined) return;
  const { id, repository, service, environment } = board.view();
  const told = { project: input.project, run: id, step, repository, service, environment, name, text };
  const depth = input.event.depth ?? 0;
  CancellationScope.nonCancellable(() =>
    raiseAlert({ ...told, depth, time: new Date().toISOString() }),
  ).catch(() => undefined);
}
