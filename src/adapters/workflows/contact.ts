import type { Client } from '@temporalio/client';
import type { Contact } from '../../contact';

const lookMs = 1000;
/** Time in ms after which an answer tells nothing any more. */
const answerMs = 5000;

/** Asks Temporal for nothing in particular, on the connection that carries heartbeats, while anybody wants to know. */
export class TemporalContact implements Contact {
  private readonly watches = new Set<object>();
  private timer: NodeJS.Timeout | undefined;
  private latest = 0;

  constructor(private readonly client: Client) {}

  watch(): ReturnType<Contact['watch']> {
    const begun = performance.now();
    const watch = {
      ageMs: () => performance.now() - Math.max(begun, this.latest),
      end: () => {
        this.watches.delete(watch);
        if (this.watches.size === 0) this.rest();
      },
    };
    this.watches.add(watch);
    this.timer ??= setInterval(() => void this.look(), lookMs);
    return watch;
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    const asked = performance.now();
    try {
      await this.client.withDeadline(Date.now() + answerMs, () =>
        this.client.workflowService.getSystemInfo({}),
      );
      this.latest = Math.max(this.latest, asked);
    } catch {
      // No answer is an answer: the age grows.
    }
  }
}
