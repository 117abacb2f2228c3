import { SagalineError } from '../domain/errors';

/** Events that may wait for Temporal's word at one time: of at most 32 KiB each, they hold 32 MiB. */
const most = 1_000;
/** Of one source, so that a storm of one leaves room for the others. */
const mostOfOne = 500;

/** Counts the events that Temporal has not confirmed yet, and takes no more when they are many. */
export class UnconfirmedEvents {
  private total = 0;
  private readonly bySource = new Map<string, number>();

  /** What `deliver` resolves to. Throws RateLimited when too many of the source wait, Unavailable when too many wait in all. */
  async hold<T>(source: string, count: number, deliver: () => Promise<T>): Promise<T> {
    if (this.total >= most) throw new SagalineError('Unavailable', 'too many events wait for Temporal');
    if (this.of(source) >= mostOfOne)
      throw new SagalineError('RateLimited', `too many events of ${source} wait for Temporal`);
    this.add(source, count);
    try {
      return await deliver();
    } finally {
      this.add(source, -count);
    }
  }

  private of(source: string): number {
    return this.bySource.get(source) ?? 0;
  }

  private add(source: string, count: number): void {
    this.total += count;
    const now = this.of(source) + count;
    if (now === 0) this.bySource.delete(source);
    else this.bySource.set(source, now);
  }
}
