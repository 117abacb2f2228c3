import { ActivityNotFoundError, type Client } from '@temporalio/client';

/** Time in ms between two looks at what was ended from outside. */
const lookEveryMs = 3000;

/** What visibility shows late, or by a clock other than this one, is found by a later look, in ms. */
const overlapMs = 60_000;

/** Ends that no workflow tells anybody of; one that was reset is terminated. */
const silentEnds = 'ExecutionStatus IN ("Terminated", "TimedOut")';

interface Watched {
  runId: string;
  taskToken: Uint8Array;
  /** When the activity's attempt is over, and the next one looks by itself; ms since 1970. */
  until: number;
}

/** Activities that wait for executions to be ended from outside: any number of them costs one list every few seconds. */
export class Closings {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;
  private lookedAt = Date.now();

  constructor(private readonly client: Client) {}

  /** Completes the activity of that token once the execution was terminated or timed out, until the attempt is over. */
  watch(runId: string, taskToken: Uint8Array, attemptMs: number): void {
    this.watched.add({ runId, taskToken, until: Date.now() + attemptMs });
    if (this.timer !== undefined) return;
    this.lookedAt = Date.now();
    this.lookLater();
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      // An outage of Temporal: the next look covers the time since the last one that succeeded.
      this.look()
        .catch(() => undefined)
        .finally(() => {
          this.goOn();
        });
    }, lookEveryMs).unref();
  }

  private goOn(): void {
    const now = Date.now();
    for (const one of this.watched) if (one.until < now) this.watched.delete(one);
    this.timer = undefined;
    if (this.watched.size > 0) this.lookLater();
  }

  private async look(): Promise<void> {
    const begun = Date.now();
    const since = new Date(this.lookedAt - overlapMs).toISOString();
    const query = `${silentEnds} AND CloseTime >= "${since}"`;
    const ended = new Set<string>();
    for await (const { runId } of this.client.workflow.list({ query })) ended.add(runId);
    for (const one of this.watched) if (ended.has(one.runId)) await this.complete(one);
    this.lookedAt = begun;
  }

  private async complete(watched: Watched): Promise<void> {
    await this.client.activity.complete(watched.taskToken, undefined).catch((error: unknown) => {
      // Its workflow has gone on without it.
      if (!(error instanceof ActivityNotFoundError)) throw error;
    });
    this.watched.delete(watched);
  }
}
