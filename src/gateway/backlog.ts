import { setTimeout as delay } from 'node:timers/promises';
import { SagalineError } from '../domain/errors';

/** Accepted events of one inbox between two looks at its history. */
const lookEvery = 100;
/** Subjects that are counted; the one that was quiet for longest is forgotten. */
const maxSubjects = 10_000;
/** An inbox begins a new history after 250 events, at most 2,500 history events, at the next pause of its events. */
const longHistory = 2_500;
/** Temporal refuses the 10,000th signal of one execution; this leaves room for what other gateways accept meanwhile. */
const maxHistory = 8_000;
const lookAgainMs = 10;

interface Subject {
  /** Events accepted since the last look. */
  accepted: number;
  /** A full one is looked at every time. */
  full: boolean;
  /** Settles when the history has been looked at, for all who ask meanwhile. */
  look: Promise<void> | undefined;
}

/** Keeps an inbox that is not emptied from growing until Temporal ends it: 10,000 signals are the most one execution takes. */
export class Backlog {
  private readonly subjects = new Map<string, Subject>();

  /**
   * `historyLength` tells the number of events in an inbox's present history; `patienceMs` is how long the events of a
   * subject that never pauses wait for its inbox to begin a new one, which makes the pause that it waits for.
   */
  constructor(
    private readonly historyLength: (inbox: string) => Promise<number>,
    private readonly patienceMs = 1_000,
  ) {}

  /** Returns when the inbox can take one more event; throws Unavailable while its backlog is too large. */
  async admit(inbox: string): Promise<void> {
    const subject = this.subjects.get(inbox) ?? { accepted: 0, full: false, look: undefined };
    this.touch(inbox, subject);
    if (subject.full || subject.accepted >= lookEvery)
      subject.look ??= this.look(inbox, subject).finally(() => (subject.look = undefined));
    await subject.look;
    if (subject.full)
      throw new SagalineError('Unavailable', 'too many events of this subject wait to be routed');
    subject.accepted++;
  }

  private async look(inbox: string, subject: Subject): Promise<void> {
    subject.accepted = 0;
    let length = await this.historyLength(inbox);
    const end = Date.now() + (subject.full ? 0 : this.patienceMs);
    while (length > longHistory && Date.now() < end) {
      await delay(lookAgainMs);
      length = await this.historyLength(inbox);
    }
    subject.full = length > maxHistory;
  }

  private touch(inbox: string, subject: Subject): void {
    this.subjects.delete(inbox);
    this.subjects.set(inbox, subject);
    if (this.subjects.size <= maxSubjects) return;
    const [oldest] = this.subjects.keys();
    if (oldest !== undefined) this.subjects.delete(oldest);
  }
}
