import { setWorkflowOptions, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { RunInput } from '../../src/domain/run';
import { run as earlierRun } from '../../workflows';

export * from '../../workflows';

/** A later build whose runs begin with a command more: no run of the build before can go on with it. */
export async function run(input: RunInput) {
  upsertMemo({ build: 'later' });
  return earlierRun(input);
}
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  run,
);
