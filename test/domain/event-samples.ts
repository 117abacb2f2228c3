import type { EventKind, SagalineEvent } from '../../src/domain/event';
import { eventOf } from './fixtures';

const commit = 'a'.repeat(40);
/** An event of each kind with every field that its schema names. */
export const samples: Record<EventKind, SagalineEvent['data']> = {
  push: {
    repository: 'acme/shop',
    cloneUrl: 'https://git.example/acme/shop.git',
    ref: 'refs/heads/main',
    commit,
    previousCommit: commit,
    deleted: false,
    created: true,
    author: 'ann',
    message: 'Change the price',
  },
  pull_request: {
    repository: 'acme/shop',
    action: 'opened',
    number: 7,
    commit,
    commitStart: commit.slice(0, 12),
    sourceRef: 'change',
    targetRef: 'main',
    fork: false,
    title: 'Change the price',
    author: 'ann',
  },
  tag: { repository: 'acme/shop', ref: 'refs/tags/v1', commit, deleted: false },
  image: { repository: 'registry.example/shop', tag: '1', digest: 'sha256:00' },
  infrastructure: {
    repository: 'acme/infra',
    stack: 'network',
    ref: 'refs/heads/main',
    commit,
    paths: ['a.tf'],
  },
  alert: {
    status: 'firing',
    name: 'errors',
    service: 'shop',
    environment: 'production',
    severity: 'page',
    labels: { team: 'a' },
    startsAt: '2026-01-01T00:00:00Z',
  },
  finding: {
    tool: 'scan',
    severity: 'high',
    artifact: 'shop',
    repository: 'acme/shop',
    rule: 'key',
    description: 'A key was committed',
    status: 'open',
  },
  ci_run: {
    system: 'ci',
    runId: '7',
    status: 'success',
    repository: 'acme/shop',
    commit,
    url: 'https://ci.example',
    name: 'test',
    branch: 'main',
  },
  deployment: { service: 'shop', environment: 'production' },
  manual: {
    pipeline: 'deliver',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    commit,
    author: 'ann',
    environments: ['staging'],
    inputs: { dry: true },
  },
  schedule: { repository: 'acme/shop', pipeline: 'nightly' },
  custom: {},
};

/** An event of a kind, full of fields. */
export const sampleOf = (kind: EventKind): SagalineEvent =>
  eventOf('k', { kind, data: samples[kind], depth: 0, replayOf: 'e' });
