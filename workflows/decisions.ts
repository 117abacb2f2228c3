import { ApplicationFailure, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import type { CanaryDecisionRequest } from '../src/domain/operator';
import type { Board } from './board';
import { decideUpdate, operatorSignal } from './messages';

/** Takes an operator's promote or abort and passes it on to the canary that it is about. */
export function acceptDecisions(board: Board, canaries: ReadonlyMap<string, string>): void {
  const addressed = ({ step }: CanaryDecisionRequest): { id: string; canary: string } => {
    const open = board
      .view()
      .steps.filter(({ uses, status }) => uses === 'canary' && (status === 'running' || status === 'waiting'))
      .map(({ id }) => id)
      .filter((id) => step === undefined || step === id);
    const [only, ...others] = open;
    if (only === undefined) throw wrongState('no such canary runs');
    if (others.length > 0) throw wrongState(`several canaries run; say which step: ${open.join(', ')}`);
    const canary = canaries.get(only);
    // A step runs before its canary does: it may still wait for its turn.
    if (canary === undefined) throw wrongState(`the canary of ${only} has not started`);
    return { id: only, canary };
  };
  setHandler(
    decideUpdate,
    async (request) => {
      const reason = `${request.command} by ${request.actor}: ${request.reason}`;
      const { id, canary } = addressed(request);
      await getExternalWorkflowHandle(canary)
        .signal(operatorSignal, { command: request.command, reason })
        .catch(() => {
          throw wrongState('the canary has not started or has ended');
        });
      board.decided(id, { actor: request.actor, reason: request.reason });
      return board.view();
    },
    {
      validator: (request: CanaryDecisionRequest) => {
        addressed(request);
      },
    },
  );
}

const wrongState = (detail: string) => ApplicationFailure.nonRetryable(detail, 'WrongState');
