import { dataSchemas, type EventKind, eventKinds } from '../../src/domain/event';

const commit = 'a'.repeat(40);
const push = { repository: 'acme/shop', ref: 'refs/heads/main', commit, previousCommit: null };
const good: Record<EventKind, object> = {
  push,
  pull_request: {
    repository: 'acme/shop',
    action: 'opened',
    number: 1,
    commit,
    sourceRef: 'a',
    targetRef: 'b',
    fork: false,
  },
  tag: { repository: 'acme/shop', ref: 'refs/tags/v1', commit },
  image: { repository: 'acme/shop', digest: 'sha256:00' },
  infrastructure: { stack: 'network' },
  alert: { status: 'firing', name: 'HighErrorRate' },
  finding: { tool: 'trivy', severity: 'high', rule: 'CVE-1' },
  ci_run: { system: 'jenkins', runId: '7', status: 'succeeded' },
  deployment: { service: 'shop', environment: 'production' },
  manual: { pipeline: 'deliver', repository: 'acme/shop', ref: 'refs/heads/main' },
  schedule: { repository: 'acme/shop', pipeline: 'nightly' },
  custom: {},
};

describe('event data', () => {
  it.each(eventKinds)('accepts the least of a %s', (kind) => {
    expect(dataSchemas[kind].safeParse(good[kind]).success).toBe(true);
  });

  it.each(eventKinds)('refuses a %s that is no map, without falling over', (kind) => {
    for (const data of [null, [], 'x', 7]) expect(dataSchemas[kind].safeParse(data).success).toBe(false);
  });

  it('drops fields nobody reads', () => {
    expect(dataSchemas.push.parse({ ...push, secret: 'x' })).not.toHaveProperty('secret');
  });

  it.each([
    'main',
    'refs/heads/--upload-pack=x',
    'refs/heads/-x',
    'refs/heads/$(id)',
    'refs/heads/`id`',
    'refs/heads/a b',
    'refs/heads/a..b',
    'refs/heads/a\nb',
    'refs/heads/a\u0000',
    'refs/heads/a;id',
    'refs/heads/a|id',
    'refs/heads/@{u}',
    `refs/heads/${'a'.repeat(512)}`,
  ])('refuses the ref %j', (ref) => {
    expect(dataSchemas.push.safeParse({ ...push, ref }).success).toBe(false);
  });

  it.each(['refs/heads/feature/x-1', 'refs/heads/日本語', 'refs/tags/v1.0.0', 'refs/heads/a@b+c#d,e=f'])(
    'accepts the ref %j',
    (ref) => {
      expect(dataSchemas.push.safeParse({ ...push, ref }).success).toBe(true);
    },
  );

  it.each(['abc', 'A'.repeat(40), `-${'a'.repeat(39)}`, 'a'.repeat(41), 'HEAD'])(
    'refuses the commit %j',
    (value) => {
      expect(dataSchemas.push.safeParse({ ...push, commit: value }).success).toBe(false);
    },
  );

  it.each([
    'shop',
    '/etc',
    'acme/',
    'acme//shop',
    'acme/..',
    './shop',
    'acme/../../etc',
    'acme/shop;id',
    '-acme/shop',
    'acme/--x',
  ])('refuses the repository %j', (repository) => {
    expect(dataSchemas.push.safeParse({ ...push, repository }).success).toBe(false);
  });

  it.each(['acme/shop', 'acme/.github', 'group/sub-group/a_b.c', 'a/..b'])(
    'accepts the repository %j',
    (repository) => {
      expect(dataSchemas.push.safeParse({ ...push, repository }).success).toBe(true);
    },
  );

  it('needs a repository or a stack', () => {
    expect(dataSchemas.infrastructure.safeParse({ paths: [] }).success).toBe(false);
  });
});
