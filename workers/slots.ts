interface Waiter {
  owner: string;
  urgent: boolean;
  start: () => void;
}

/** A bounded number of places, shared fairly between owners: who holds least goes first, and nobody may hold all. */
export class Slots {
  private readonly held = new Map<string, number>();
  private readonly waiting: Waiter[] = [];
  private taken = 0;

  constructor(private readonly limit: number) {}

  /**
   * Resolves with what gives the place back, once there is one; urgent work takes one at once, beyond the limit if need be.
   * Rejects with the signal's reason when that comes first.
   */
  take(owner: string, urgent: boolean, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        owner,
        urgent,
        start: () => {
          signal.removeEventListener('abort', abort);
          resolve(this.occupy(owner));
        },
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      this.waiting.push(waiter);
      this.fill();
    });
  }

  private occupy(owner: string): () => void {
    this.taken += 1;
    this.held.set(owner, this.heldBy(owner) + 1);
    return () => {
      this.taken -= 1;
      this.held.set(owner, this.heldBy(owner) - 1);
      if (this.heldBy(owner) === 0) this.held.delete(owner);
      this.fill();
    };
  }

  private fill(): void {
    for (let next = this.next(); next; next = this.next()) {
      this.waiting.splice(this.waiting.indexOf(next), 1);
      next.start();
    }
  }

  /** The one to start now: urgent ones, then the owner who holds least; the longest waiting of equals. */
  private next(): Waiter | undefined {
    const urgent = this.waiting.find((waiter) => waiter.urgent);
    if (urgent || this.taken >= this.limit) return urgent;
    // One owner whose work hangs must leave room for the others.
    const most = Math.max(1, Math.floor(this.limit * 0.75));
    return this.waiting
      .filter(({ owner }) => this.heldBy(owner) < most)
      .reduce<Waiter | undefined>(
        (best, waiter) => (best && this.heldBy(best.owner) <= this.heldBy(waiter.owner) ? best : waiter),
        undefined,
      );
  }

  private heldBy(owner: string): number {
    return this.held.get(owner) ?? 0;
  }
}
