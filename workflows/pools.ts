import type { PlannedStep } from '../src/domain/expand';
import { environmentOf, environmentsOf } from '../src/domain/plan';
import { quick } from './activities';
import type { StepContext } from './step-context';

/**
 * Gives the pool whose workers execute a step: the one that it names, or the one of its environment; null for the
 * default. The environments are looked up once a run, when the first step asks that names one.
 */
export function createPools({
  input: { pipeline, version },
}: StepContext): (step: PlannedStep) => Promise<string | null> {
  let pools: Promise<Record<string, string | null>> | undefined;
  return async (step) => {
    if ('runsOn' in step && step.runsOn !== undefined) return step.runsOn;
    const environment = environmentOf(step);
    if (environment === undefined || version === undefined) return null;
    pools ??= quick.poolsOf(environmentsOf(pipeline.steps));
    return (await pools)[environment] ?? null;
  };
}
