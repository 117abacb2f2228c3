import { setTimeout as delay } from 'node:timers/promises';
import { type RunAnswer, runSchema } from './answers';
import { type Control, Unanswered } from './control';
import { isOpen } from './run-text';
import { columns } from './table';

/** Milliseconds between two looks at a run, and between two tries where the gateway does not answer. */
const lookMs = 500;
/** Looks in vain, one after the other, after which following is given up: about two minutes. */
const maxInVain = 240;

/** Path of a run in the HTTP API. */
export const runPath = (id: string, ...rest: string[]): string =>
  ['/runs', ...[id, ...rest].map(encodeURIComponent)].join('/');

/** Asks for a run until it has closed, hands each change on as a line, and returns the closed run. */
export async function followRun(
  control: Control,
  id: string,
  told: (line: string) => void,
): Promise<RunAnswer> {
  const seen = new Map<string, string>();
  for (;;) {
    const run = await patiently(() => control.get(runPath(id), runSchema));
    for (const [what, now] of linesOf(run)) {
      if (seen.get(what) !== now) told(now);
      seen.set(what, now);
    }
    if (!isOpen(run)) return run;
    await delay(lookMs);
  }
}

/** Asks again while the gateway or what is behind it is away: a run outlives both. Throws what else goes wrong. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let inVain = 0; ; inVain += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unanswered) || inVain >= maxInVain) throw error;
      await delay(lookMs);
    }
  }
}

/** What there is to say about each part of a run, by a name of the part. */
function linesOf(run: RunAnswer): [string, string][] {
  const line = (...cells: string[]) =>
    columns([cells.map((cell, at) => (at === 0 ? cell.padEnd(20) : cell))]).join('');
  const steps = run.steps.filter(({ status }) => status !== 'pending');
  const undone = run.compensations.filter(({ status }) => status !== 'pending');
  return [
    ...steps.map(({ id, status, detail }): [string, string] => [
      `step ${id}`,
      line(id, status, detail ?? ''),
    ]),
    ...undone.map(({ step, status, detail }): [string, string] => [
      `undo ${step}`,
      line(`undo of ${step}`, status, detail ?? ''),
    ]),
    ['run', line('run', run.status, run.reason ?? '')],
  ];
}
