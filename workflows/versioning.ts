import { type VersioningBehavior } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

/** Options that say what a roll-out of workers does to a workflow; a worker without a deployment version may not say it. */
export const versioned = (versioningBehavior: VersioningBehavior) => () => {
  const deployment = workflowInfo().currentDeploymentVersion?.deploymentName;
  return deployment === undefined || deployment === '' ? {} : { versioningBehavior };
};
