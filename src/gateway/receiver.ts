import type { Reading } from '../adapters/sources/reading';
import type { SagalineEvent } from '../domain/event';
import { publicEventId } from '../domain/event-id';
import { inboxId } from '../domain/identity';
import type { Configuration } from '../ports';
import { Backlog } from './backlog';
import { eventPath } from './links';
import type { Metrics } from './metrics';
import type { TemporalGateway } from './temporal';
import { UnconfirmedEvents } from './unconfirmed-events';

/** Milliseconds in which Temporal must have confirmed all events of one request. */
const confirmMs = 5_000;

/** Answer to the sender of an event; the same for a duplicate. */
export interface Accepted {
  id: string;
  deliveryId: string;
  source: string;
  subject: string;
  inbox: string;
  links: { self: string };
}

/** Makes events durable: what it returns is in Temporal, and what it throws for may safely be sent again. */
export class Receiver {
  private readonly backlog: Backlog;
  private readonly unconfirmed = new UnconfirmedEvents();

  constructor(
    private readonly temporal: TemporalGateway,
    private readonly configuration: Configuration,
    private readonly metrics: Metrics,
  ) {
    this.backlog = new Backlog((inbox) => temporal.historyLength(inbox));
  }

  /** Delivers all, those of one subject in their order; throws Unavailable when one was not confirmed, RateLimited or Unavailable when too many wait. */
  accept(label: string, readings: readonly Reading[]): Promise<Accepted[]> {
    return this.unconfirmed.hold(label, readings.length, () => this.deliverAll(label, readings));
  }

  private async deliverAll(label: string, readings: readonly Reading[]): Promise<Accepted[]> {
    const { project } = await this.configuration.current();
    const deadline = Date.now() + confirmMs;
    const turns = new Map<string, Promise<unknown>>();
    return Promise.all(
      readings.map(({ event, problem }) => {
        const inbox = inboxId(project, event.source, event.subject);
        const previous = turns.get(inbox) ?? Promise.resolve();
        const turn = previous.then(() => this.deliver(label, project, inbox, event, problem, deadline));
        turns.set(inbox, turn);
        return turn;
      }),
    );
  }

  private async deliver(
    source: string,
    project: string,
    inbox: string,
    event: SagalineEvent,
    problem: string | null,
    deadline: number,
  ): Promise<Accepted> {
    const { kind } = event;
    try {
      await this.backlog.admit(inbox);
      const measured = this.metrics.signalSeconds.startTimer();
      await this.temporal.deliver(project, inbox, event, deadline);
      measured();
    } catch (error) {
      this.metrics.events.inc({ source, kind, outcome: 'unconfirmed' });
      throw error;
    }
    this.metrics.events.inc({ source, kind, outcome: problem === null ? 'accepted' : 'dead-letter' });
    const id = publicEventId(inbox, event.key);
    const { deliveryId, subject } = event;
    return { id, deliveryId, source: event.source, subject, inbox, links: { self: eventPath(id) } };
  }
}
