import { SagalineError } from '../../src/domain/errors';
import type { SagalineEvent } from '../../src/domain/event';
import type { Outgoing, Sink, Sinks, Workflows } from '../../src/ports';

/** A sink that remembers what it took; it refuses as often as `failures` says, with that error. */
export function recordingSink(
  failures = 0,
  error = new SagalineError('CallFailed', 'sink chat answered 500'),
) {
  const taken: Outgoing[] = [];
  let tries = 0;
  const sink: Sink = {
    send(message) {
      tries += 1;
      if (tries <= failures) return Promise.reject(error);
      taken.push(message);
      return Promise.resolve();
    },
  };
  return { sink, taken, tries: () => tries };
}

/** Sinks that all questions are answered with. */
export function sinksOf(...sinks: Sink[]): Sinks {
  const [first] = sinks;
  return {
    named: (name) =>
      first ? Promise.resolve(first) : Promise.reject(new SagalineError('NotFound', `no sink ${name}`)),
    forEvents: () => Promise.resolve(sinks),
    forAlerts: () => Promise.resolve(sinks),
  };
}

/** Temporal as far as own events need it: `delivered` holds project and event of each delivery. */
export function recordingWorkflows() {
  const delivered: { project: string; event: SagalineEvent }[] = [];
  const deliver: Workflows['deliver'] = (project, event) => {
    delivered.push({ project, event });
    return Promise.resolve();
  };
  return { delivered, workflows: { deliver } };
}
