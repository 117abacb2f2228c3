import { setHandler } from '@temporalio/workflow';
import type { PlannedStep } from '../src/domain/expand';
import { changesEnvironment } from '../src/domain/plan';
import type { Awaited } from '../src/domain/wait';
import { stepActivities } from './activities';
import type { Approvals } from './approvals';
import type { Board } from './board';
import { customStep, httpStep } from './call-steps';
import type { Claims } from './claims';
import { createEntry } from './entry';
import { createMessageSteps } from './message-steps';
import { awaitedSignal } from './messages';
import { createPools } from './pools';
import { releaseStep } from './release-step';
import type { Saga } from './saga';
import { shellStep } from './shell-step';
import { emptyOutput } from './names';
import { changeOf, type StepContext } from './step-context';
import { approvalStep, waitStep } from './waiting-steps';

/** What steps act through. */
export interface StepTools {
  context: StepContext;
  board: Board;
  saga: Saga;
  claims: Claims;
  approvals: Approvals;
  /** Called before the first step that changes an environment acts. */
  begun: () => void;
}

/** A function that executes one step and returns the line that the run shows for it. */
export function createSteps(tools: StepTools): (step: PlannedStep) => Promise<string> {
  const { context, board, saga, claims, approvals } = tools;
  const awaited = new Map<string, Awaited>();
  setHandler(awaitedSignal, (found) => {
    if (!awaited.has(found.step)) awaited.set(found.step, found);
  });
  const enter = createEntry(tools);
  const poolOf = createPools(context);
  const tell = createMessageSteps(context, board);
  return async (step) => {
    if (changesEnvironment(step)) await enter();
    switch (step.uses) {
      case 'shell':
        return shellStep(step, await poolOf(step), context, saga);
      case 'canary':
        return releaseStep(step, await poolOf(step), context, saga, claims);
      case 'scan':
        return scanStep(step, await poolOf(step), context);
      case 'http':
        return httpStep(step, await poolOf(step), context, saga);
      case 'emit':
      case 'notify':
        return tell(step, await poolOf(step));
      case 'custom':
        return customStep(step, await poolOf(step), context, saga);
      case 'approval':
        return approvalStep(step, context, board, approvals);
      case 'wait':
        return waitStep(step, context, board, awaited);
    }
  };
}

async function scanStep(
  step: Extract<PlannedStep, { uses: 'scan' }>,
  pool: string | null,
  context: StepContext,
): Promise<string> {
  const { run, repository, commit } = changeOf(step, context);
  const { scan } = stepActivities({ ...step, pool });
  const { output } = await scan({
    run,
    step: step.id,
    repository,
    commit,
    artifacts: context.artifacts(step),
  });
  context.outputs[step.id] = { ...emptyOutput(), output };
  return output;
}
