import type { PlannedStep } from '../src/domain/expand';
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

/** The environment that a step acts on or reads secrets of. */
export function environmentOf(step: PlannedStep): string | undefined {
  if (step.uses === 'canary') return step.with.environment;
  return 'environment' in step ? step.environment : undefined;
}

const environmentsOf = (steps: PlannedStep[]): string[] => [
  ...new Set(steps.flatMap((step) => environmentOf(step) ?? [])),
];
