import { SagalineError } from '../domain/errors';

/** Accepted events of one inbox between two looks at its history. */
const lookEvery = 100;
/** Subjects that are counted; the one that was quiet for longest is forgotten. */
const maxSubjects = 10_000;
/** Temporal refuses the 10,000th signal of one execution; this leaves room for what other gateways accept meanwhile. */
const maxHistory = 8_000;

/** Keeps an inbox that is not emptied from growing until Temporal ends it: 10,000 signals are the most one execution takes. */
export class Backlog {
  /** Events accepted per inbox since the last look; `full` ones are looked at every time. */
  private readonly subjects = new Map<string, { accepted: number; full: boolean }>();

  /** `historyLength` tells the number of events in an inbox's present history. */
  constructor(private readonly historyLength: (inbox: string) => Promise<number>) {}

  /** Returns when the inbox can take one more event; throws Unavailable while its backlog is too large. */
  async admit(inbox: string): Promise<void> {
    const subject = this.subjects.get(inbox) ?? { accepted: 0, full: false };
    this.touch(inbox, subject);
    if (subject.full || subject.accepted >= lookEvery) {
      subject.accepted = 0;
      subject.full = (await this.historyLength(inbox)) > maxHistory;
    }
    if (subject.full)
      throw new SagalineError('Unavailable', 'too many events of this subject wait to be routed');
    subject.accepted++;
  }

  private touch(inbox: string, subject: { accepted: number; full: boolean }): void {
    this.subjects.delete(inbox);
    this.subjects.set(inbox, subject);
    if (this.subjects.size <= maxSubjects) return;
    const [oldest] = this.subjects.keys();
    if (oldest !== undefined) this.subjects.delete(oldest);
  }
}
