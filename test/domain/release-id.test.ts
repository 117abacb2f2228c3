import fc from 'fast-check';
import type { Release } from '../../src/domain/release';
import { makeRelease } from '../../src/domain/release-id';

const content = {
  artifact: 'sha256:00',
  start: 'node server.js',
  ready: '/',
  readyTimeoutMs: 1000,
  replicas: 1,
  env: {},
  secrets: [],
  commit: 'c',
  runId: 'run',
} satisfies Omit<Release, 'id' | 'configuration'>;

describe('makeRelease', () => {
  it('has an id of twelve hex digits and a configuration digest', () => {
    const release = makeRelease(content);
    expect(release.id).toMatch(/^r-[0-9a-f]{12}$/);
    expect(release.configuration).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('does not depend on the order of env and secrets, nor on who built it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.uniqueArray(fc.string()), (env, secrets) => {
        const turned = Object.fromEntries(Object.entries(env).toReversed());
        const one = makeRelease({ ...content, env, secrets });
        const other = makeRelease({
          ...content,
          env: turned,
          secrets: secrets.toReversed(),
          commit: 'x',
          runId: 'y',
        });
        expect(other.id).toBe(one.id);
      }),
    );
  });

  it.each<[string, Partial<Release>]>([
    ['artifact', { artifact: 'sha256:other' }],
    ['start', { start: 'node other.js' }],
    ['ready', { ready: '/other' }],
    ['replicas', { replicas: 2 }],
    ['env', { env: { A: '1' } }],
    ['secrets', { secrets: ['A'] }],
  ])('changes with its %s', (_name, difference) => {
    expect(makeRelease({ ...content, ...difference }).id).not.toBe(makeRelease(content).id);
  });

  it('keeps env values and secret names apart', () => {
    const ids = [
      { env: { A: 'B' } },
      { env: { B: 'A' } },
      { env: { A: '', B: '' } },
      { secrets: ['A', 'B'] },
      { secrets: ['A,B'] },
    ];
    expect(new Set(ids.map((one) => makeRelease({ ...content, ...one }).id)).size).toBe(ids.length);
  });
});
