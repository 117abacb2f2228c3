import type { SagalineEvent } from '../../src/domain/event';
import type { Comparison } from '../../src/ports';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { deciding, event, pipeline, push, repository } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => fixture.remove());

const deliver = pipeline('deliver', `{ event: push, paths: ['src/**'] }`);
const check = pipeline('check', `{ event: pull_request, paths: ['src/**'] }`);

async function decide(of: SagalineEvent) {
  const asked: Comparison[] = [];
  const { repositories } = fixture;
  const spied: GitFixture = {
    ...fixture,
    repositories: Object.assign(Object.create(repositories) as typeof repositories, {
      changedPaths: (name: string, change: Comparison) => {
        asked.push(change);
        return repositories.changedPaths(name, change);
      },
    }),
  };
  const { decisions } = await deciding(spied, of);
  return { asked, decisions: decisions.map(({ matched, reason }) => ({ matched, reason })) };
}

test('of a push are what the repository says that it changed, whatever its payload says', async () => {
  const previousCommit = await fixture.commit({ '.sagaline/a.yaml': deliver });
  const inside = await fixture.commit({ 'src/a.ts': '1' });
  const outside = await fixture.commit({ 'docs/a.md': '1' });
  const { decisions } = await decide(push(inside, { previousCommit, paths: ['docs/a.md'] }));
  expect(decisions).toEqual([{ matched: true, reason: 'src/a.ts matches src/**' }]);
  const { decisions: others } = await decide(push(outside, { previousCommit: inside, paths: ['src/a.ts'] }));
  const reason = 'paths src/** match no changed file; changed: docs/a.md';
  expect(others).toEqual([{ matched: false, reason }]);
  expect((await decide(push(outside, { previousCommit }))).decisions).toMatchObject([{ matched: true }]);
});

test.each([
  ['the first push of a branch', null, 'there is no commit before it'],
  ['a push over a commit that is gone', 'd'.repeat(40), 'cannot be compared'],
])('of %s are not known, and count as matched', async (_what, previousCommit, why) => {
  const commit = await fixture.commit({ '.sagaline/a.yaml': deliver });
  const { decisions } = await decide(push(commit, { previousCommit }));
  expect(decisions).toMatchObject([{ matched: true, reason: expect.stringContaining(why) as string }]);
});

test('are looked for only where a pipeline asks for those of this kind of event', async () => {
  const previousCommit = await fixture.commit({ '.sagaline/a.yaml': check });
  const commit = await fixture.commit({ '.sagaline/b.yaml': pipeline('plain', '{ event: push }') });
  expect((await decide(push(commit, { previousCommit }))).asked).toEqual([]);
});

describe('of a pull request', () => {
  const pullRequest = (commit: string, fork = false) =>
    event('pull_request', { repository, action: 'opened', number: 7, commit, targetRef: 'main', fork });

  it.each([false, true])('are those since it left its target branch (fork: %s)', async (fork) => {
    await fixture.commit({ '.sagaline/a.yaml': check });
    await fixture.git('checkout', '-q', '-b', 'topic');
    const commit = await fixture.commit({ 'docs/a.md': '1' });
    await fixture.git('checkout', '-q', 'main');
    // Merging it later would bring no change of these.
    await fixture.commit({ 'src/a.ts': '1' });
    const { decisions } = await decide(pullRequest(commit, fork));
    expect(decisions).toMatchObject([
      { matched: false, reason: expect.stringContaining('docs/a.md') as string },
    ]);
  });

  it('are not known while the commit of a fork cannot be fetched', async () => {
    await fixture.commit({ '.sagaline/a.yaml': check });
    const { decisions } = await decide(pullRequest('d'.repeat(40), true));
    expect(decisions).toMatchObject([
      { matched: true, reason: expect.stringContaining('cannot be compared') as string },
    ]);
  });
});

test('of an infrastructure event are those that it names', async () => {
  const on = `{ event: infrastructure, paths: ['live/**'] }`;
  const commit = await fixture.commit({ '.sagaline/a.yaml': pipeline('plan', on) });
  const changed = (paths: string[]) => decide(event('infrastructure', { repository, commit, paths }));
  expect((await changed(['live/a.tf'])).decisions).toMatchObject([{ matched: true }]);
  expect((await changed(['docs/a'])).decisions).toMatchObject([{ matched: false }]);
  const { decisions, asked } = await changed([]);
  expect(decisions).toEqual([{ matched: true, reason: 'paths count as matched: the event names none' }]);
  expect(asked).toEqual([]);
});
