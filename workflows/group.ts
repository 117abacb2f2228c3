import { continueAsNew, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { type CarriedQueue, carriedQueue, emptyQueue, ruleOf } from '../src/domain/lane-queue';
import { groupQuery } from './messages';
import { Turns } from './turns';
import { versioned } from './versioning';

export interface GroupInput {
  project: string;
  group: string;
  carried?: CarriedQueue;
}

/** Runs of one `concurrency` group take turns: in the order in which they asked, or as the newest run's rule says. */
export async function group(input: GroupInput): Promise<void> {
  const turns = new Turns(input.carried ? carriedQueue(input.carried) : emptyQueue(false));
  setHandler(groupQuery, () => {
    const { holders, waiting } = turns.queue;
    return { group: input.group, rule: ruleOf(turns.queue), holders, waiting };
  });
  await turns.serve(() => workflowInfo().continueAsNewSuggested);
  await continueAsNew<typeof group>({ ...input, carried: turns.queue });
}
setWorkflowOptions(versioned('AUTO_UPGRADE'), group);
