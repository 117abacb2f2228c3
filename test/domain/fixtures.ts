import type { SagalineEvent } from '../../src/domain/event';
import { type Pipeline, pipelineSchema } from '../../src/domain/pipeline';
import type { Release } from '../../src/domain/release';

/** A valid pipeline of these steps. */
export function pipelineOf(steps: unknown[]): Pipeline {
  return pipelineSchema.parse({ apiVersion: 'sagaline/v1', name: 'deliver', on: [{ event: 'push' }], steps });
}

export const shell = (id: string, needs: string[] = [], more: object = {}) => ({
  id,
  needs,
  uses: 'shell',
  with: { run: 'true' },
  ...more,
});

export const canary = (id: string, needs: string[], artifact: string, more: object = {}) => ({
  id,
  needs,
  uses: 'canary',
  with: { service: 'shop', environment: 'production', artifact, start: 'node server.js', ...more },
});

export function releaseOf(id: string): Release {
  return {
    id,
    artifact: `sha256:${id}`,
    configuration: 'sha256:00',
    start: 'node server.js',
    ready: '/',
    readyTimeoutMs: 1000,
    replicas: 1,
    env: {},
    secrets: [],
    commit: 'c',
    runId: 'run',
  };
}

export function eventOf(key: string, change: Partial<SagalineEvent> = {}): SagalineEvent {
  return {
    key,
    bodyHash: `hash of ${key}`,
    deliveryId: key,
    source: 'github',
    subject: 'acme/shop refs/heads/main',
    kind: 'custom',
    time: '2026-01-01T00:00:00Z',
    receivedAt: '2026-01-01T00:00:00Z',
    data: {},
    ...change,
  };
}

/** The detail of the error that `act` throws. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
