import { setTimeout as sleep } from 'node:timers/promises';
import type { Control, RunSeen, Timed } from './control';
import type { Display, LineState } from './display';

export interface FollowOptions {
  control: Control;
  commit: string;
  display: Display;
  signal: AbortSignal;
  timeoutMs: number;
  /** Called at every look at the run. */
  onLook: () => Promise<void> | void;
}

const lookEveryMs = 150;
const lane = { service: 'shop', environment: 'production' };
const open = ['queued', 'running', 'waiting', 'needs-human'];

const lineStates: Record<string, LineState> = {
  running: 'running',
  waiting: 'running',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'failed',
};

/** Shows the run of a commit until it has closed, and returns how it ended. Throws when it takes longer than `timeoutMs`, with what it did last. */
export async function followRun(options: FollowOptions): Promise<RunSeen> {
  const { control, commit, display, signal, onLook } = options;
  const deadline = Date.now() + options.timeoutMs;
  let id: string | undefined;
  let last = 'the gateway lists no run of this commit';
  while (Date.now() < deadline) {
    id ??= await control.runOf(commit);
    if (id !== undefined) {
      const run = await control.run(id);
      const weight = isReleasing(run) ? await currentWeight(control) : undefined;
      show(display, run, weight);
      last = describe(run);
      if (!open.includes(run.status)) return run;
    }
    await onLook();
    await sleep(lookEveryMs, undefined, { signal });
  }
  throw new Error(`no end after ${String(options.timeoutMs / 1000)} s: ${last}`);
}

const isReleasing = ({ steps }: RunSeen): boolean =>
  steps.some(({ id, status }) => id === 'release' && ['running', 'waiting'].includes(status));

async function currentWeight(control: Control): Promise<number | undefined> {
  const { traffic } = await control.lane(lane.service, lane.environment);
  return traffic?.candidate ? traffic.weight : undefined;
}

function show(display: Display, run: RunSeen, weight: number | undefined): void {
  for (const step of run.steps) {
    const atWeight = step.id === 'release' && weight !== undefined ? `${String(weight)} % of requests` : '';
    // What a shell step says of itself is its time, which every step shows.
    const said = step.detail?.startsWith('took ') ? '' : (step.detail ?? '');
    const detail = [duration(step), atWeight, said].filter((part) => part !== '').join('  ');
    display.line(step.id, { name: step.id, state: lineStates[step.status] ?? 'waiting', detail });
  }
  for (const undo of run.compensations) {
    if (undo.status === 'pending') continue;
    const state = undo.status === 'succeeded' ? 'undone' : (lineStates[undo.status] ?? 'waiting');
    const detail = [duration(undo), undo.detail ?? ''].filter((part) => part !== '').join('  ');
    display.line(`undo ${undo.step}`, { name: `undo ${undo.step}`, state, detail });
  }
}

function duration({ startedAt, finishedAt }: Timed): string {
  if (startedAt === null || finishedAt === null) return '';
  return `${((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

function describe({ status, steps }: RunSeen): string {
  const at = steps.filter(({ status: state }) => ['running', 'waiting'].includes(state));
  const doing = at.map(({ id, detail }) => `${id}${detail ? ` (${detail})` : ''}`).join(', ');
  return `the run is ${status}${doing ? `, at ${doing}` : ''}`;
}
