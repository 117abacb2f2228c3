import { setTimeout as sleep } from 'node:timers/promises';
import { killLeftovers, type Launched, terminate } from './launch';

/** A process that lived this long (ms) was not failing from its start. */
const healthyMs = 10_000;
const firstDelayMs = 200;
const maxDelayMs = 10_000;

/** Keeps a process alive: starts it again when it dies, at once at first and then ever more slowly. */
export class Keeper {
  private readonly stopped = new AbortController();
  private readonly kept: Promise<void>;

  constructor(
    private current: Launched,
    private readonly relaunch: () => Promise<Launched>,
    private readonly onProblem: (error: unknown) => void,
  ) {
    this.kept = this.keep();
  }

  get process(): Launched {
    return this.current;
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await terminate(this.current);
    await this.kept;
    // A restart that was under way when the stop came has now made its process known.
    await terminate(this.current);
  }

  private async keep(): Promise<void> {
    const { signal } = this.stopped;
    const isStopped = () => signal.aborted;
    let delay = 0;
    while (!isStopped()) {
      const started = performance.now();
      await this.current.exited.catch(this.onProblem);
      if (isStopped()) return;
      // What the leader left behind would hold its port.
      await killLeftovers(this.current.identity);
      delay = performance.now() - started > healthyMs ? 0 : delay;
      await sleep(delay, undefined, { signal }).catch(() => undefined);
      delay = Math.min(Math.max(delay * 2, firstDelayMs), maxDelayMs);
      if (!isStopped()) this.current = await this.again();
    }
  }

  private async again(): Promise<Launched> {
    try {
      return await this.relaunch();
    } catch (error) {
      this.onProblem(error);
      return { identity: this.current.identity, exited: Promise.resolve() };
    }
  }
}
