import { ApplicationFailure } from '@temporalio/workflow';
import type { RunInput } from '../src/domain/run';
import type { Approvals } from './approvals';
import type { Board } from './board';

/** The name by which a person lets a fork's commit run: `approve` with this step. */
const forkId = 'fork';
const patienceDays = 7;

/**
 * Waits until somebody agrees that a fork's commit is executed. A later commit of the pull request is another run, which asks anew.
 * Throws Rejected or TimeLimit.
 */
export async function admitted(input: RunInput, board: Board, approvals: Approvals): Promise<void> {
  if (!input.fork) return;
  const { teams } = input.fork;
  const who = teams.length > 0 ? ` of ${teams.join(', ')}` : '';
  board.status(
    'waiting',
    `the commit is of a fork: waits for \`approve\` of step ${forkId} by a person${who}`,
  );
  const asked = {
    ...{ id: forkId, teams, count: 1, authorMayApprove: false },
    ...(teams.length === 0 && { anybody: true as const }),
  };
  const answer = await approvals.ask(asked, patienceDays * 24 * 3_600_000);
  switch (answer.kind) {
    case 'approved':
      board.status('running');
      return;
    case 'rejected':
      throw ApplicationFailure.nonRetryable(`refused by ${answer.by}: ${answer.reason}`, 'Rejected');
    case 'timed-out':
      throw ApplicationFailure.nonRetryable(`not approved within ${String(patienceDays)} days`, 'TimeLimit');
  }
}
