import { environmentSchema } from '../../src/domain/configuration';
import { type Change, deployAllowed, secretsAllowed } from '../../src/domain/permission';

const environment = environmentSchema.parse({
  name: 'production',
  target: { kind: 'embedded' },
  metrics: { kind: 'router' },
  allow: {
    repositories: ['acme/shop'],
    refs: ['refs/heads/main', 'refs/heads/release/*'],
    pipelines: ['deliver'],
  },
  secrets: ['DB_URL'],
});
const change: Change = { repository: 'acme/shop', ref: 'refs/heads/main', pipeline: 'deliver', kind: 'push' };

describe('deployAllowed', () => {
  it.each<[string, Partial<Change>]>([
    ['what is listed', {}],
    ['a ref under a trailing star', { ref: 'refs/heads/release/1.x' }],
  ])('allows %s', (_, difference) => {
    expect(deployAllowed(environment, { ...change, ...difference }).allowed).toBe(true);
  });

  it.each<[string, Partial<Change>, string]>([
    [
      'another repository',
      { repository: 'evil/shop' },
      'repository evil/shop may not deploy to production; allowed: acme/shop',
    ],
    [
      'another pipeline',
      { pipeline: 'mine' },
      'pipeline mine may not deploy to production; allowed: deliver',
    ],
    [
      'another ref',
      { ref: 'refs/heads/mine' },
      'ref refs/heads/mine may not deploy to production; allowed: refs/heads/main, refs/heads/release/*',
    ],
    ['a longer ref', { ref: 'refs/heads/main2' }, 'ref refs/heads/main2 may not'],
    ['a ref that the dot of a regular expression would take', { ref: 'refs/heads/mainx' }, 'may not'],
    ['no ref', { ref: null }, 'an event without a ref may not'],
    ['a deleted ref', { deleted: true }, 'a deleted ref may not deploy to production; allowed: none'],
    [
      'a pull request that names main',
      { kind: 'pull_request' },
      'a pull request (refs/heads/main) may not deploy to production; allowed: none',
    ],
  ])('refuses %s and says what is allowed', (_, difference, reason) => {
    const answer = deployAllowed(environment, { ...change, ...difference });
    expect(answer.allowed).toBe(false);
    expect(answer.reason).toContain(reason);
  });

  it('allows pull requests only where they are listed as such', () => {
    const pull: Change = { ...change, kind: 'pull_request', ref: 'refs/pull/7/head' };
    const preview = (refs: string[]) => ({ ...environment, allow: { ...environment.allow, refs } });
    expect(deployAllowed(preview(['refs/pull/*']), pull).allowed).toBe(true);
    expect(deployAllowed(preview(['refs/*']), pull).allowed).toBe(false);
  });
});

describe('secretsAllowed', () => {
  it('allows what the environment lists', () => {
    expect(secretsAllowed(environment, ['DB_URL']).allowed).toBe(true);
    expect(secretsAllowed(environment, []).allowed).toBe(true);
  });

  it('names what it does not', () => {
    expect(secretsAllowed(environment, ['DB_URL', 'ROOT'])).toEqual({
      allowed: false,
      reason: 'secrets ROOT are not listed in production; listed: DB_URL',
    });
  });
});
