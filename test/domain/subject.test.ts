import { subjectOf } from '../../src/domain/subject';

const repository = 'acme/shop';
const ref = 'refs/heads/main';

it('is what an event is about', () => {
  const change = { commit: null, deleted: false };
  expect(subjectOf('push', { ...change, repository, ref, previousCommit: null, created: false })).toBe(
    'acme/shop:refs/heads/main',
  );
  expect(subjectOf('tag', { ...change, repository, ref: 'refs/tags/v1' })).toBe('acme/shop:refs/tags/v1');
  expect(subjectOf('manual', { pipeline: 'deliver', repository, ref, inputs: {} })).toBe(
    'acme/shop:refs/heads/main',
  );
  expect(subjectOf('image', { repository: 'registry.example/shop', digest: 'sha256:00' })).toBe(
    'registry.example/shop',
  );
  expect(subjectOf('infrastructure', { stack: 'network', paths: [] })).toBe('network');
  expect(subjectOf('infrastructure', { repository, ref, paths: [] })).toBe('acme/shop:refs/heads/main');
  expect(subjectOf('schedule', { repository, pipeline: 'nightly' })).toBe('acme/shop:schedule/nightly');
  expect(subjectOf('deployment', { service: 'shop', environment: 'production' })).toBe('shop:production');
  expect(subjectOf('finding', { tool: 'trivy', severity: 'high', rule: 'CVE-1', repository })).toBe(
    repository,
  );
  expect(subjectOf('finding', { tool: 'trivy', severity: 'high', rule: 'CVE-1' })).toBe('trivy');
});

it('of pull requests is each one', () => {
  const base = {
    repository,
    action: 'opened',
    commit: 'a'.repeat(40),
    sourceRef: 'a',
    targetRef: 'b',
  } as const;
  expect(subjectOf('pull_request', { ...base, number: 7, fork: true })).toBe('acme/shop:pull/7');
});

it('of alerts is the service in its environment, where both are known', () => {
  const alert = { status: 'firing', name: 'HighErrorRate', labels: {} } as const;
  expect(subjectOf('alert', { ...alert, service: 'shop', environment: 'production' })).toBe(
    'shop:production',
  );
  expect(subjectOf('alert', { ...alert, service: 'shop' })).toBe('HighErrorRate');
});

it('of CI runs is their system at a repository, so that inboxes stay few', () => {
  const run = { system: 'jenkins', status: 'succeeded' };
  expect(subjectOf('ci_run', { ...run, runId: '7', repository })).toBe('acme/shop:ci/jenkins');
  expect(subjectOf('ci_run', { ...run, runId: '8' })).toBe('jenkins');
});

it('of custom events is their repository, if any', () => {
  expect(subjectOf('custom', { repository })).toBe(repository);
  expect(subjectOf('custom', { repository: 5 })).toBe('custom');
  expect(subjectOf('custom', {})).toBe('custom');
});
