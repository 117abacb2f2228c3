import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../support/until';
import { hasFile, markOf } from './marks';
import { drawsOf } from './seed';
import type { Stage } from './stage';

/** Steps of the pipeline of the matrix, in their order. */
export const steps = ['build', 'test', 'migrate', 'release', 'verify'] as const;
export type Step = (typeof steps)[number];

export const phases = ['before', 'during', 'after'] as const;

/** When a fault comes: before a step begins, while it acts, or after it has acted and before anybody was told. */
export interface Moment {
  phase: (typeof phases)[number];
  step: Step;
}

/** The phase that a seed gives a fault at a step: three seeds in a row, such as 1, 2 and 3, give all three. */
export function phaseOf(fault: string, step: Step, seed: string): Moment['phase'] {
  const turn = /^\d+$/.test(seed) ? Number(seed) : drawsOf(seed).below(phases.length);
  return phases[(turn + drawsOf(`${fault} ${step}`).below(phases.length)) % phases.length]!;
}

/** Where a script has to wait so that the moment lasts: the step, and the beginning or end of its script. */
function holdOf({ phase, step }: Moment): { step: Step; at: 'begin' | 'end' } | undefined {
  if (phase === 'before') return undefined;
  if (step === 'release') return phase === 'after' ? { step: 'verify', at: 'begin' } : undefined;
  return { step, at: phase === 'during' ? 'begin' : 'end' };
}

/** Makes the script of the moment wait in its first attempt; the result lets it go on. */
export async function hold({ folder }: Stage, moment: Moment): Promise<() => Promise<void>> {
  const found = holdOf(moment);
  if (!found) return () => Promise.resolve();
  const file = join(folder, 'hold', `${found.step}-${found.at}-1`);
  await writeFile(file, '');
  return () => rm(file, { force: true });
}

/** Resolves at the moment in the run of a commit that releases `version`. */
export async function untilMoment(
  stage: Stage,
  moment: Moment,
  commit: string,
  version: string,
): Promise<void> {
  const { phase, step } = moment;
  const found = holdOf(moment);
  if (step === 'release' && phase === 'during') return stage.load.more(1, version);
  if (found) {
    const mark = markOf(stage.folder, commit, found.step, found.at, 1);
    await until(`${phase} ${step}`, () => hasFile(mark));
    return;
  }
  const earlier = steps[steps.indexOf(step) - 1];
  // Before the first step there is only the event, which has been accepted.
  if (earlier === undefined) return;
  await stage.world.untilRun(commit, (run) =>
    run.steps.some(({ id, status }) => id === earlier && status === 'succeeded'),
  );
}
