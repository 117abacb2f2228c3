import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface RoundsOptions {
  /** Milliseconds between two rounds. */
  everyMs: number;
  log: Logger;
  /** What the log says when a round fails; once, until one succeeds again. */
  complaint: string;
}

/** Does the same again and again in the background until it is stopped. */
export class Rounds {
  private readonly stopping = new AbortController();
  private readonly going: Promise<void>;

  constructor(
    private readonly round: (signal: AbortSignal) => Promise<void>,
    private readonly options: RoundsOptions,
  ) {
    this.going = this.go();
  }

  /** Resolves when the last round has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.going;
  }

  private async go(): Promise<void> {
    const { everyMs, log, complaint } = this.options;
    const { signal } = this.stopping;
    let failed = false;
    while (!signal.aborted) {
      try {
        await this.round(signal);
        failed = false;
      } catch (error) {
        if (!failed) log.warn({ err: error }, complaint);
        failed = true;
      }
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
