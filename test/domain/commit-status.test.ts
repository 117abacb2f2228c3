import { statusOfFile, statusOfRun, waitToReport } from '../../src/domain/commit-status';
import { plainLine, shortened } from '../../src/domain/plain-line';
import { type RunStatus, runStatuses } from '../../src/domain/run';

const commit = 'a'.repeat(40);
const startedAt = '2026-01-01T00:00:00.000Z';
const run = (status: RunStatus, reason: string | null = null) => ({
  ...{ id: 'run:default:acme%2Fshop:deliver:k', repository: 'acme/shop', commit, pipeline: 'deliver' },
  ...{ status, reason },
});
const said = (status: RunStatus, reason?: string) => {
  const { state, description } = statusOfRun(run(status, reason), startedAt) ?? {};
  return [state, description];
};

describe('the status of a run', () => {
  it('names its pipeline, and leads to it', () => {
    expect(statusOfRun(run('succeeded'), startedAt)).toEqual({
      repository: 'acme/shop',
      commit,
      context: 'sagaline/deliver',
      state: 'success',
      description: 'succeeded',
      link: '/runs/run%3Adefault%3Aacme%252Fshop%3Adeliver%3Ak',
      since: startedAt,
    });
  });

  it('is pending exactly while the run is open', () => {
    const pending = runStatuses.filter((status) => said(status)[0] === 'pending');
    expect(pending).toEqual(['queued', 'running', 'waiting', 'needs-human']);
  });

  it('says how a run ended and why', () => {
    expect(said('failed', 'step build failed')).toEqual(['failure', 'failed: step build failed']);
    expect(said('rolled-back', 'errors: 1 > 0.02')).toEqual([
      'failure',
      'failed and was undone: errors: 1 > 0.02',
    ]);
    expect(said('cancelled', 'by ada')).toEqual(['cancelled', 'cancelled: by ada']);
    expect(said('superseded', 'by run 2')).toEqual(['cancelled', 'superseded: by run 2']);
  });

  it('says whom an open run waits for', () => {
    expect(said('waiting', 'waits for approval by team-a')).toEqual([
      'pending',
      'waits for approval by team-a',
    ]);
    expect(said('needs-human')).toEqual(['pending', 'an undo keeps failing: waits for a person']);
  });

  it('is none where the commit would be something else in a url', () => {
    for (const other of ['', '..', `${commit}/../x`, 'a'.repeat(39), 'A'.repeat(40)])
      expect(statusOfRun({ ...run('running'), commit: other }, startedAt)).toBeUndefined();
  });
});

test('the status of a file says the first of its faults', () => {
  const problem = '.sagaline/deliver.yaml:3:1: on: is missing\n.sagaline/deliver.yaml:9:1: steps: is missing';
  const at = { repository: 'acme/shop', commit, eventId: 'evt_1', receivedAt: startedAt };
  expect(statusOfFile('.sagaline/deliver.yaml', problem, at)).toEqual({
    repository: 'acme/shop',
    commit,
    context: 'sagaline/deliver.yaml',
    state: 'error',
    description: '.sagaline/deliver.yaml:3:1: on: is missing',
    link: '/events/evt_1',
    since: startedAt,
  });
  expect(statusOfFile('x', problem, { ...at, commit: '..' })).toBeUndefined();
});

test('what screens obey is no part of a line', () => {
  expect(plainLine('a\r\n\u2028b\t\0c')).toBe('a b c');
  expect(plainLine('\u001b[31mred\u001b[0m \u202egnp.exe\u2069 \ud800')).toBe('[31mred [0m gnp.exe');
});

test('a long line ends in an ellipsis and never in half a character', () => {
  expect(shortened('abc', 3)).toBe('abc');
  expect(shortened('abcd', 3)).toBe('ab…');
  expect(shortened('ab😀cd', 4)).toBe('ab…');
});

test('the wait for the next attempt doubles up to an hour', () => {
  expect([1, 2, 3, 12, 13, 1_000_000].map(waitToReport)).toEqual([
    1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000,
  ]);
});
