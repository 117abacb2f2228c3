import type { Worker } from '@temporalio/worker';
import type { Pool } from './pools';

/** The workers of one process, one for each pool: they begin one by one and end together. */
export class PoolWorkers {
  /** Settles when all have ended: rejects with the first failure of one, and then the others have been stopped, too. */
  readonly done: Promise<void>;
  private settle: () => void = () => undefined;
  private readonly workers = new Map<Pool, Worker | undefined>();
  private open = 0;
  private stopping = false;
  private failure: Error | undefined;

  constructor(private readonly create: (pool: Pool) => Promise<Worker>) {
    this.done = new Promise((resolve, reject) => {
      this.settle = () => {
        if (this.failure) reject(this.failure);
        else resolve();
      };
    });
  }

  /** Starts a worker for each pool that has none yet, and returns those pools. Rejects when one cannot be started. */
  async serve(pools: Pool[]): Promise<Pool[]> {
    const fresh = this.stopping ? [] : pools.filter((pool) => !this.workers.has(pool));
    await Promise.all(fresh.map((pool) => this.begin(pool)));
    return fresh;
  }

  /** Ends all once they have drained; repeating it is harmless. */
  stop(): void {
    this.stopping = true;
    for (const worker of this.workers.values()) if (worker?.getState() === 'RUNNING') worker.shutdown();
  }

  private async begin(pool: Pool): Promise<void> {
    this.workers.set(pool, undefined);
    this.open += 1;
    try {
      const worker = await this.create(pool);
      this.workers.set(pool, worker);
      const ended = worker.run();
      // It was being made when all were told to stop.
      if (this.stopping) worker.shutdown();
      void ended.catch((error: unknown) => (this.failure ??= error as Error)).finally(() => this.ended());
    } catch (error) {
      this.workers.delete(pool);
      this.open -= 1;
      throw error;
    }
  }

  private ended(): void {
    this.open -= 1;
    this.stop();
    if (this.open === 0) this.settle();
  }
}
