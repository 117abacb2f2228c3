import type { EventKind, SagalineEvent } from '../../src/domain/event';
import { pipelineSchema } from '../../src/domain/pipeline';
import type { ChangedPaths } from '../../src/domain/trigger-filters';
import { triggered } from '../../src/domain/triggers';
import { eventOf } from './fixtures';

const nobodyAsks: ChangedPaths = { unknown: 'no pipeline asks for them' };
const answer = (
  on: unknown[],
  kind: EventKind,
  data: SagalineEvent['data'],
  changed: ChangedPaths = nobodyAsks,
) => {
  const steps = [{ id: 'a', uses: 'scan' }];
  const pipeline = pipelineSchema.parse({ apiVersion: 'sagaline/v1', name: 'p', on, steps });
  return triggered(pipeline, eventOf('k', { kind, data }), changed);
};
const push = (name: string) => ({ ref: `refs/heads/${name}` });

describe('branches and tags', () => {
  const release = { event: 'push', branches: ['main', 'release/**', '!release/**-alpha'] };

  it.each<[string, boolean, string]>([
    ['main', true, 'branch main matches main'],
    ['release/1/2', true, 'branch release/1/2 matches release/**'],
    ['release/1-alpha', false, 'branch release/1-alpha is left out by !release/**-alpha'],
    ['topic', false, 'branch topic matches none of main, release/**, !release/**-alpha'],
  ])('of a push to %s', (name, matched, reason) => {
    expect(answer([release], 'push', push(name))).toEqual({ matched, reason });
  });

  it.each<[string, boolean, string]>([
    ['main', true, 'target branch main matches main'],
    ['refs/heads/main', true, 'target branch main matches main'],
    ['next', false, 'target branch next matches none of main'],
  ])('of a pull request are those of its target %s', (targetRef, matched, reason) => {
    const on = [{ event: 'pull_request', branches: ['main'] }];
    const data = { targetRef, sourceRef: 'main' };
    expect(answer(on, 'pull_request', data)).toEqual({ matched, reason });
  });

  it('of a tag are tags, and a ref that is none matches nothing', () => {
    const on = [{ event: 'tag', tags: ['v*', '!v0.*'] }];
    const tag = (ref: string) => answer(on, 'tag', { ref }).reason;
    expect(tag('refs/tags/v1.0')).toBe('tag v1.0 matches v*');
    expect(tag('refs/tags/v0.1')).toBe('tag v0.1 is left out by !v0.*');
    expect(tag('refs/heads/v1')).toBe('refs/heads/v1 is no tag');
    expect(answer([{ event: 'push', branches: ['**'] }], 'push', { ref: 'refs/notes/x' }).matched).toBe(
      false,
    );
  });
});

describe('paths', () => {
  const on = [{ event: 'push', paths: ['src/**', '!**/*.md'] }];
  const paths = (...names: string[]) => answer(on, 'push', push('main'), { paths: names });

  it('match by one changed file, of which the last pattern that stands for it decides', () => {
    expect(paths('docs/a', 'src/readme.md', 'src/a.ts')).toEqual({
      matched: true,
      reason: 'src/a.ts matches src/**',
    });
    expect(paths('src/readme.md', 'docs/a', 'b', 'c\n')).toEqual({
      matched: false,
      reason: 'paths src/**, !**/*.md match no changed file; changed: src/readme.md, docs/a, b, …',
    });
    expect(paths().reason).toContain('no path has changed');
    expect(paths('c\n\u202e').reason).toContain('changed: c\\u{a}\\u{202e}');
  });

  it('count as matched where nobody knows what has changed, and where comparing would take too long', () => {
    expect(answer(on, 'push', push('main'), { unknown: 'there is no commit before it' })).toEqual({
      matched: true,
      reason: 'paths count as matched: there is no commit before it',
    });
    const wide = [{ event: 'push', paths: Array(50).fill(`${'*a'.repeat(120)}b`) }];
    const long = { paths: Array<string>(3000).fill('a/'.repeat(2000)) };
    expect(answer(wide, 'push', push('main'), long).reason).toMatch(/count as matched: 3000 changed paths/);
  });
});

describe('a trigger with several questions', () => {
  const on = [
    { event: 'push', branches: ['main'], paths: ['src/**'], when: 'event.data.author == "ann"' },
    { event: 'push', branches: ['next'] },
  ];
  const asked = (branch: string, path: string, author: string) =>
    answer(on, 'push', { ...push(branch), author }, { paths: [path] });

  it('matches when all hold, and says so', () => {
    expect(asked('main', 'src/a', 'ann')).toEqual({
      matched: true,
      reason: 'branch main matches main; src/a matches src/**; `event.data.author == "ann"` is true',
    });
    expect(asked('next', 'x', 'bob').reason).toBe('branch next matches next');
  });

  it('names the first no of each trigger that listens', () => {
    const other = '; or branch main matches none of next';
    expect(asked('main', 'x', 'bob').reason).toMatch(/^paths src\/\*\* match no changed file/);
    expect(asked('main', 'src/a', 'bob').reason).toBe(
      `\`event.data.author == "ann"\` is false: \`event.data.author\` is "bob"${other}`,
    );
  });

  it('gives a reason of bounded length', () => {
    const when = [...Array(40).keys()].map((at) => `event.data.author == "${String(at)}"`).join(' || ');
    const many = Array(20).fill({ event: 'push', when });
    const { reason } = answer(many, 'push', { author: 'x'.repeat(500) });
    expect(reason.length).toBe(600);
  });
});
