import { patched, setWorkflowOptions, upsertMemo } from '@temporalio/workflow';
import type { RunInput } from '../../src/domain/run';
import { run as earlierRun } from '../../workflows';
import { versioned } from '../../workflows/versioning';

export * from '../../workflows';

/** A later build whose runs begin with a command more, behind a patch: runs of the build before go on without it. */
export async function run(input: RunInput) {
  if (patched('test-versions')) upsertMemo({ build: 'later' });
  return earlierRun(input);
}
setWorkflowOptions(versioned('PINNED'), run);
