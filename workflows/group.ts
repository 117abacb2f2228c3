import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { emptyQueue, type Queue } from '../src/domain/lane-queue';
import { Turns } from './turns';

export interface GroupInput {
  project: string;
  group: string;
  carried?: Queue;
}

/** Runs of one `concurrency` group take turns, in the order in which they asked. */
export async function group(input: GroupInput): Promise<void> {
  const turns = new Turns(input.carried ?? emptyQueue(false), {
    grant: () => ({ live: null, earlier: [] }),
    settle: () => Promise.resolve(),
  });
  await turns.serve(() => workflowInfo().continueAsNewSuggested);
  await continueAsNew<typeof group>({ ...input, carried: turns.queue });
}
