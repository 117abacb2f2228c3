import { CancellationScope } from '@temporalio/workflow';
import type { Holder } from '../src/domain/lane';
import { watchHolder } from './activities';

/** Who is watched: an activity each, which returns when that execution has closed, however it ended. */
export class Watches {
  /** By the run id of the holder. */
  private readonly scopes = new Map<string, CancellationScope>();

  constructor(private readonly closed: (holder: Holder) => void) {}

  over(holder: Holder): void {
    const scope = new CancellationScope();
    this.scopes.set(holder.runId, scope);
    scope
      .run(() => watchHolder({ workflowId: holder.workflowId, runId: holder.runId }))
      .then(() => {
        this.closed(holder);
      })
      // Cancelled because the holder has ended or this execution continues as new: both are handled elsewhere.
      .catch(() => undefined);
  }

  /** The first of these that is not watched yet. */
  unwatched(holders: Holder[]): Holder | undefined {
    return holders.find(({ runId }) => !this.scopes.has(runId));
  }

  /** Whether any but these is watched. */
  hasOther(holders: Holder[]): boolean {
    return this.others(holders).length > 0;
  }

  /** Ends the watch over all but these. */
  keepOnly(holders: Holder[]): void {
    for (const [runId, scope] of this.others(holders)) {
      scope.cancel();
      this.scopes.delete(runId);
    }
  }

  private others(holders: Holder[]): [string, CancellationScope][] {
    const kept = new Set(holders.map(({ runId }) => runId));
    return [...this.scopes].filter(([runId]) => !kept.has(runId));
  }
}
