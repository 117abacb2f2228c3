import type { PlannedStep } from '../src/domain/expand';
import { changesEnvironment, lanesOf } from '../src/domain/plan';
import type { RunInput } from '../src/domain/run';
import { stepActivities } from './activities';
import type { Claims } from './claims';
import { releaseStep } from './release-step';
import type { Saga } from './saga';
import { shellStep } from './shell-step';
import { createStepContext } from './step-context';

/** A function that executes one step and returns the line that the run shows for it. */
export function createSteps(
  input: RunInput,
  saga: Saga,
  claims: Claims,
  canaries: Map<string, string>,
): (step: PlannedStep) => Promise<string> {
  const context = createStepContext(input, canaries);
  const { project, repository, commit, pipeline } = input;
  const lanes = lanesOf(pipeline).map((lane) => ({ project, ...lane }));
  return async (step) => {
    if (changesEnvironment(step)) await claims.lanes(lanes);
    switch (step.uses) {
      case 'shell':
        return shellStep(step, context, saga);
      case 'canary':
        return releaseStep(step, context, saga, claims);
      case 'scan': {
        const artifacts = context.artifacts(step);
        const { scan } = stepActivities(step);
        return (await scan({ run: context.run, step: step.id, repository, commit, artifacts })).output;
      }
      default:
        throw new Error(step.uses);
    }
  };
}
