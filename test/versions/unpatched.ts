import { setWorkflowOptions, upsertMemo } from '@temporalio/workflow';
import type { RunInput } from '../../src/domain/run';
import { run as earlierRun } from '../../workflows';
import { versioned } from '../../workflows/versioning';

export * from '../../workflows';

/** A later build whose runs begin with a command more: no run of the build before can go on with it. */
export async function run(input: RunInput) {
  upsertMemo({ build: 'later' });
  return earlierRun(input);
}
setWorkflowOptions(versioned('PINNED'), run);
