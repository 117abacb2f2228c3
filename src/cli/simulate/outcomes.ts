import { InvalidArgumentError } from 'commander';
import type { Plan, PlannedStep } from '../../domain/expand';

/** A step that shall fail, and the canary weight at which; no weight is the first one. */
export interface Failing {
  step: string;
  weight?: number;
}

/** What shall go otherwise than well. */
export interface Outcomes {
  fail: Failing[];
  /** Canaries whose metric source has no data. */
  inconclusive: string[];
  /** Steps whose worker dies during their first attempt. */
  kill: string[];
  /** Approvals that are refused; all others are granted at once. */
  reject: string[];
}

/** Adds one `step` or `step@weight` to those read so far. Throws InvalidArgumentError for a weight that is no number. */
export function failOption(written: string, before: Failing[]): Failing[] {
  const found = /^(?<step>[^@]+)(@(?<weight>\d+))?$/.exec(written)?.groups;
  if (found?.['step'] === undefined) throw new InvalidArgumentError('Write it as step or step@weight.');
  const { step, weight } = found;
  return [...before, { step, ...(weight !== undefined && { weight: Number(weight) }) }];
}

/** Adds one step to those read so far. */
export const stepOption = (step: string, before: string[]): string[] => [...before, step];

/** What cannot happen to the steps of a plan, one sentence each; empty when everything can. */
export function outcomeFaults(plan: Plan, { fail, inconclusive, kill, reject }: Outcomes): string[] {
  const about = (option: string, id: string, fault: (step: PlannedStep) => string | undefined) => {
    const step = plan.steps.find((planned) => planned.id === id);
    const why = step
      ? fault(step)
      : `there is no such step, known are ${plan.steps.map((known) => known.id).join(', ')}`;
    return why === undefined ? [] : [`${option} ${id}: ${why}`];
  };
  return [
    ...fail.flatMap(({ step, weight }) => about('--fail', step, (planned) => cannotFail(planned, weight))),
    ...inconclusive.flatMap((id) => about('--inconclusive', id, hasNoChecks)),
    ...kill.flatMap((id) => about('--kill', id, hasNoActivity)),
    ...reject.flatMap((id) =>
      about('--reject', id, ({ uses }) =>
        uses === 'approval' ? undefined : `is a ${uses}, not an approval`,
      ),
    ),
  ];
}

function cannotFail(step: PlannedStep, weight: number | undefined): string | undefined {
  if (step.uses === 'approval') return 'an approval is refused by --reject';
  if (step.uses === 'wait') return 'a wait has no activity that could fail';
  if (weight === undefined) return undefined;
  if (step.uses !== 'canary') return `a ${step.uses} has no weights`;
  const { weights, checks } = step.with;
  if (checks.length === 0) return 'has no checks that could fail';
  return weights.includes(weight) ? undefined : `its weights are ${weights.join(', ')}`;
}

function hasNoChecks(step: PlannedStep): string | undefined {
  if (step.uses !== 'canary') return `a ${step.uses} asks no metric source`;
  return step.with.checks.length === 0 ? 'has no checks, so that it asks no metric source' : undefined;
}

/** Messages are sent within the workflow's own task, and people and time need no worker. */
function hasNoActivity({ uses }: PlannedStep): string | undefined {
  const without = ['approval', 'wait', 'emit', 'notify'];
  return without.includes(uses) ? `a ${uses} has no activity during which a worker could die` : undefined;
}
