import type { Decision, EventRecord, SagalineEvent } from '../../src/domain/event';
import type { RunGlimpse } from '../../src/ports';

let counter = 0;

/** A push that nobody else has, with changes. */
export function pushed(change: Partial<SagalineEvent> = {}): SagalineEvent {
  counter += 1;
  const key = `key-${String(counter)}`;
  return {
    ...{ key, bodyHash: '', deliveryId: `delivery-${String(counter)}`, source: 'github' },
    ...{ subject: 'acme/shop:refs/heads/main', kind: 'push' },
    time: '2026-01-01T00:00:00.000Z',
    receivedAt: new Date(Date.UTC(2026, 0, 1) + counter).toISOString(),
    data: {
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      commit: 'a'.repeat(40),
      message: 'Offer discounts',
    },
    ...change,
  };
}

export const matched: Decision = {
  pipeline: 'deliver',
  matched: true,
  reason: 'listens to push',
  runId: 'run:1',
};
export const unmatched: Decision = {
  pipeline: 'nightly',
  matched: false,
  reason: 'does not listen',
  runId: null,
};

export const routed = (event: SagalineEvent, ...decisions: Decision[]): EventRecord => ({
  event,
  status: 'routed',
  decisions,
});

/** A run as visibility shows it, with changes. */
export const glimpse = (change: Partial<RunGlimpse> = {}): RunGlimpse => ({
  ...{ id: 'run:1', executionId: 'x', project: 'default', pipeline: 'deliver', repository: 'acme/shop' },
  ...{ service: null, environment: null, commit: 'a'.repeat(40), eventId: 'evt_1', status: 'running' },
  ...{ reason: null, startedAt: new Date().toISOString(), closedAt: null },
  ...change,
});
