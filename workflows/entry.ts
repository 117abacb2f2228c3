import { ApplicationFailure } from '@temporalio/workflow';
import { changesEnvironment, environmentOf, lanesOf } from '../src/domain/plan';
import { quick } from './activities';
import type { StepTools } from './steps';

/** The name by which a person overrides a freeze: `approve` with this step. */
const freezeId = 'freeze';

/**
 * A function to await before any step that changes an environment: outside every freeze, and with all lanes of the run.
 * Its work is done once; all steps wait for the same.
 */
export function createEntry({ context, board, claims, approvals, begun }: StepTools): () => Promise<void> {
  const { project, pipeline: plan, version } = context.input;
  const lanes = lanesOf(plan).map((lane) => ({ project, ...lane }));
  const environments = new Set(
    plan.steps.filter(changesEnvironment).flatMap((step) => environmentOf(step) ?? []),
  );
  const freeze = plan.freeze ?? [];
  let overridden = false;

  const frozen = async () => {
    if (version === undefined || overridden || (environments.size === 0 && freeze.length === 0)) return null;
    return quick.checkFreeze({
      now: new Date().toISOString(),
      freeze,
      environments: [...environments],
    });
  };
  const thaw = async (): Promise<void> => {
    for (let found = await frozen(); found; found = await frozen()) {
      const { until, reason, override } = found;
      board.status('waiting', `frozen until ${until}: ${reason}`);
      const asked = { id: freezeId, teams: override, count: 1, authorMayApprove: true };
      const answer = await approvals.ask(asked, Math.max(Date.parse(until) - Date.now(), 1));
      if (answer.kind === 'rejected') {
        throw ApplicationFailure.nonRetryable(`refused by ${answer.by}: ${answer.reason}`, 'Rejected');
      }
      overridden = answer.kind === 'approved';
    }
    board.goesOn();
  };
  const enter = async (): Promise<void> => {
    await thaw();
    await claims.lanes(lanes);
    // Waiting for a turn can last into a freeze; a lane that is held through one would keep others out of it.
    while (lanes.length > 0 && (await frozen())) {
      await claims.giveBack(false, 'lane');
      await thaw();
      await claims.lanes(lanes);
    }
    begun();
  };
  let entered: Promise<void> | undefined;
  return () => (entered ??= enter());
}
