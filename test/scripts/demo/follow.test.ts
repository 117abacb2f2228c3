import type { Control, RunSeen } from '../../../scripts/demo/control';
import type { Display, Line } from '../../../scripts/demo/display';
import { followRun } from '../../../scripts/demo/follow';

const began = { startedAt: '2026-01-01T00:00:00Z', finishedAt: null, detail: null };
const times = { ...began, finishedAt: '2026-01-01T00:00:01.5Z' };

const run = (status: RunSeen['status'], release: string, undone: string[] = []): RunSeen => ({
  id: 'run-1',
  commit: 'c',
  status,
  reason: null,
  steps: [{ id: 'release', status: release, ...(release === 'running' ? began : times) }],
  compensations: undone.map((step) => ({ step, status: 'succeeded', ...times })),
});

function scripted(states: { run: RunSeen; weight?: number }[]): Control {
  let at = -1;
  const last = () => states[Math.min(at, states.length - 1)];
  return {
    runOf: () => Promise.resolve('run-1'),
    run() {
      at++;
      return Promise.resolve(last()?.run ?? run('running', 'pending'));
    },
    lane() {
      const weight = last()?.weight;
      return Promise.resolve({
        live: null,
        traffic: weight === undefined ? null : { weight, candidate: {} },
      });
    },
  };
}

function recorder() {
  const lines = new Map<string, Line>();
  const released: string[] = [];
  const nothing = () => undefined;
  const display: Display = {
    act: nothing,
    line(key, line) {
      lines.set(key, line);
      if (key === 'release' && line.state !== 'waiting') released.push(line.detail);
    },
    pulse: nothing,
    text: nothing,
    close: nothing,
  };
  return { display, lines, released };
}

const options = { commit: 'c', signal: new AbortController().signal, onLook: () => undefined };

test('shows steps, the weight of the candidate, and undone steps', async () => {
  const control = scripted([
    { run: run('running', 'pending') },
    { run: run('running', 'running'), weight: 10 },
    { run: run('running', 'running'), weight: 10 },
    { run: run('running', 'running'), weight: 50 },
    { run: run('rolled-back', 'failed', ['release']) },
  ]);
  const { display, lines, released } = recorder();
  const followed = await followRun({ ...options, control, display, timeoutMs: 10_000 });
  expect([...new Set(released)]).toEqual(['10 % of requests', '50 % of requests', '1.5 s']);
  expect(followed.status).toBe('rolled-back');
  expect(lines.get('release')).toEqual({ name: 'release', state: 'failed', detail: '1.5 s' });
  expect(lines.get('undo release')?.state).toBe('undone');
});

test('a run that does not end is told with what it did last', async () => {
  const control = scripted([{ run: run('waiting', 'running') }]);
  const { display } = recorder();
  await expect(followRun({ ...options, control, display, timeoutMs: 300 })).rejects.toThrow(
    'no end after 0.3 s: the run is waiting, at release',
  );
});

test('an interrupt ends the following', async () => {
  const stop = new AbortController();
  const control = scripted([{ run: run('running', 'running') }]);
  const { display } = recorder();
  const following = followRun({ ...options, signal: stop.signal, control, display, timeoutMs: 60_000 });
  stop.abort();
  await expect(following).rejects.toThrow('aborted');
});
