import { createDefaultBranches } from '../../activities/default-branch';
import { createGitFixture, type GitFixture } from '../adapters/repositories/fixture';
import { repository } from './routing';

let fixture: GitFixture;
beforeEach(async () => {
  fixture = await createGitFixture();
});
afterEach(() => {
  jest.restoreAllMocks();
  return fixture.remove();
});

const main = 'refs/heads/main';

/** Counts what the repository is asked for, and can let a minute pass. */
function watched() {
  const { repositories } = fixture;
  const asked = [jest.spyOn(repositories, 'head'), jest.spyOn(repositories, 'defaultBranch')];
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const moves = createDefaultBranches(repositories);
  return {
    moves: async (ref: string, commit: string, act = () => Promise.resolve(true)) =>
      (await moves(repository, { ref, commit }, act)) ?? false,
    asked: () => asked.reduce((sum, { mock }) => sum + mock.calls.length, 0),
    aMinute: () => (now += 60_000),
  };
}

it('asks once a minute where branches other than the default one are pushed', async () => {
  const commit = await fixture.commit({ a: '1' });
  const { moves, asked, aMinute } = watched();
  const topic = 'refs/heads/topic';
  for (let times = 0; times < 5; times++) expect(await moves(topic, 'e'.repeat(40))).toBe(false);
  expect(asked()).toBe(1);
  aMinute();
  expect(await moves(topic, 'e'.repeat(40))).toBe(false);
  expect(asked()).toBe(2);
  expect(await moves(main, commit)).toBe(true);
});

it('is moved by the present head of the default branch, and by no earlier one', async () => {
  const earlier = await fixture.commit({ a: '1' });
  const { moves } = watched();
  expect(await moves(main, earlier)).toBe(true);
  const commit = await fixture.commit({ a: '2' });
  expect(await moves(main, earlier)).toBe(false);
  expect(await moves(main, commit)).toBe(true);
});

/** After a push to the default branch another one has taken its place. */
async function watchedWhileItChanges() {
  const commit = await fixture.commit({ a: '1' });
  const { moves, aMinute } = watched();
  expect(await moves(main, commit)).toBe(true);
  await fixture.git('checkout', '-q', '-b', 'next');
  await fixture.commit({ a: '2' });
  return { moves, aMinute };
}

it('is moved when another branch has become the default one', async () => {
  const { moves, aMinute } = await watchedWhileItChanges();
  expect(await moves('refs/heads/topic', 'e'.repeat(40))).toBe(false);
  aMinute();
  expect(await moves('refs/heads/topic', 'e'.repeat(40))).toBe(true);
  expect(await moves('refs/heads/topic', 'e'.repeat(40))).toBe(false);
});

it('is still moved for the next attempt where the one that found it failed', async () => {
  const { moves, aMinute } = await watchedWhileItChanges();
  aMinute();
  const late = () => Promise.reject(new Error('the attempt was given up'));
  await expect(moves('refs/heads/topic', 'e'.repeat(40), late)).rejects.toThrow('given up');
  expect(await moves('refs/heads/topic', 'e'.repeat(40))).toBe(true);
  expect(await moves('refs/heads/topic', 'e'.repeat(40))).toBe(false);
});

it('is asked for each time where HEAD names no branch', async () => {
  const commit = await fixture.commit({ a: '1' });
  await fixture.git('checkout', '-q', '--detach');
  const { moves, asked } = watched();
  expect([await moves(main, commit), await moves(main, 'e'.repeat(40))]).toEqual([true, false]);
  expect(asked()).toBe(2);
});
