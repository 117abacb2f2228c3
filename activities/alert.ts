import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ownSource } from '../src/domain/cdevents';
import { SagalineError } from '../src/domain/errors';
import { dataSchemas, eventSchema, type SagalineEvent } from '../src/domain/event';
import { eventKey, sha256Hex } from '../src/domain/identity';
import { subjectOf } from '../src/domain/subject';
import type { Outgoing, Sink, Sinks, Workflows } from '../src/ports';

export interface AlertInput {
  project: string;
  run: string;
  step: string;
  repository: string;
  service: string | null;
  environment: string | null;
  /** What kind of trouble it is: pipelines can listen to it. */
  name: string;
  /** One line that a person reads. */
  text: string;
  /** ISO 8601: when the trouble began; another time is another alert. */
  time: string;
  /** How many events of the platform's own led to the run; 0 when it is absent. */
  depth?: number;
}

/** Pauses in ms between the tries of one sink: with the time that a sink may take they stay below the activity's own limit. */
const pausesMs = [500, 1000];

/** Tells the platform's own pipelines and the sinks for alerts. Throws CallFailed only when no sink could be told. */
export function createRaiseAlert(
  { sinks, workflows }: { sinks: Sinks; workflows: Pick<Workflows, 'deliver'> },
  pauses: readonly number[] = pausesMs,
) {
  return async function raiseAlert(input: AlertInput): Promise<void> {
    const { project, run, step, name, text, time } = input;
    const id = sha256Hex(`${run}/${step}/${name}/${time}`);
    const event = eventOf(input, id);
    await workflows.deliver(project, event);
    const message: Outgoing = {
      id,
      kind: 'alert',
      text,
      event: {
        ...{ type: 'dev.sagaline.alert', subject: event.subject, time, data: event.data },
        depth: (input.depth ?? 0) + 1,
      },
    };
    const { log, cancellationSignal } = Context.current();
    const told = await Promise.allSettled(
      (await sinks.forAlerts()).map((sink) => patiently(sink, message, pauses, cancellationSignal)),
    );
    const failures = told.flatMap((one) => (one.status === 'rejected' ? [reasonOf(one.reason)] : []));
    if (failures.length === 0) return;
    if (failures.length === told.length) throw new SagalineError('CallFailed', failures.join('; '));
    log.warn('some sinks could not be told of an alert', { alert: id, failures });
  };
}

async function patiently(
  sink: Sink,
  message: Outgoing,
  pauses: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  for (const pause of pauses) {
    const failure = await sink.send(message).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (failure === undefined) return;
    if (failure.error instanceof SagalineError && !failure.error.row.retryable) throw failure.error;
    await delay(pause, undefined, { signal });
  }
  await sink.send(message);
}

function eventOf(input: AlertInput, id: string): SagalineEvent {
  const { run, step, repository, service, environment, name, text, time, depth = 0 } = input;
  const data = dataSchemas.alert.parse({
    status: 'firing',
    name,
    service,
    environment,
    severity: 'critical',
    labels: { repository, run, step, text: text.slice(0, 4096) },
    startsAt: time,
  });
  return {
    key: eventKey(ownSource, id),
    bodyHash: '',
    deliveryId: id,
    source: ownSource,
    subject: subjectOf('alert', data),
    kind: 'alert',
    time,
    receivedAt: time,
    data: eventSchema.shape.data.parse(data),
    depth: depth + 1,
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
