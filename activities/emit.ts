import { cloudEventOf, ownSource } from '../src/domain/cdevents';
import { SagalineError } from '../src/domain/errors';
import { maxEventBytes, type SagalineEvent } from '../src/domain/event';
import { eventKey, sha256Hex } from '../src/domain/identity';
import type { Sinks, Workflows } from '../src/ports';

export interface EmitInput {
  project: string;
  run: string;
  step: string;
  repository: string;
  commit: string;
  /** How many events of the platform's own led to the run. */
  depth: number;
  /** Such as `service.deployed`, or a type of the user's own. */
  type: string;
  subject: string;
  data: SagalineEvent['data'];
  /** ISO 8601. */
  time: string;
}

/**
 * Tells the sinks for events and then the platform's own pipelines; its id is the same for every attempt. Throws CallFailed
 * when a sink did not take it, TooLarge for more data than an event may hold.
 */
export function createEmitEvent({
  sinks,
  workflows,
}: {
  sinks: Sinks;
  workflows: Pick<Workflows, 'deliver'>;
}) {
  return async function emitEvent(input: EmitInput): Promise<{ output: string }> {
    const { project, run, step, repository, commit, type, subject, data, time } = input;
    const id = sha256Hex(`${run}/${step}`);
    const own = ownEvent(input, id);
    const origin = { repository, commit, run, step };
    const content = cloudEventOf({ id, type, subject, time, data, origin });
    const event = { ...content, subject, time, depth: input.depth + 1 };
    const outgoing = { id, kind: 'event' as const, text: `${type} ${subject}`, event };
    await Promise.all((await sinks.forEvents()).map((sink) => sink.send(outgoing)));
    // Last, so that no pipeline starts because of a step that then fails.
    await workflows.deliver(project, own);
    return { output: id };
  };
}

function ownEvent({ repository, depth, type, subject, data, time }: EmitInput, id: string): SagalineEvent {
  const event: SagalineEvent = {
    key: eventKey(ownSource, id),
    bodyHash: '',
    deliveryId: id,
    source: ownSource,
    // The order of one repository's events counts, and its troubles stay its own.
    subject: repository,
    kind: 'custom',
    time,
    receivedAt: time,
    data: { ...data, type, subject },
    depth: depth + 1,
  };
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= maxEventBytes) return event;
  const detail = `the event has ${String(bytes)} bytes, at most ${String(maxEventBytes)} are kept`;
  throw new SagalineError('TooLarge', detail);
}
