import { ApplicationFailure, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import type { CanaryDecisionRequest } from '../src/domain/operator';
import type { Board } from './board';
import { decideUpdate, operatorSignal } from './messages';

/** Takes an operator's promote or abort and passes it on to the canary that it is about. */
export function acceptDecisions(board: Board, canaries: ReadonlyMap<string, string>): void {
  const addressed = ({ step }: CanaryDecisionRequest): string => {
    const open = board
      .view()
      .steps.filter(({ uses, status }) => uses === 'canary' && (status === 'running' || status === 'waiting'))
      .map(({ id }) => id)
      .filter((id) => step === undefined || step === id);
    const [only, ...others] = open;
    if (only !== undefined && others.length === 0) return only;
    const detail =
      only === undefined ? 'no such canary runs' : `several canaries run; say which step: ${open.join(', ')}`;
    throw ApplicationFailure.nonRetryable(detail, 'WrongState');
  };
  setHandler(
    decideUpdate,
    async (request) => {
      const reason = `${request.command} by ${request.actor}: ${request.reason}`;
      const canary = canaries.get(addressed(request)) ?? '';
      await getExternalWorkflowHandle(canary)
        .signal(operatorSignal, { command: request.command, reason })
        .catch(() => {
          throw ApplicationFailure.nonRetryable('the canary has not started or has ended', 'WrongState');
        });
      return board.view();
    },
    {
      validator: (request: CanaryDecisionRequest) => {
        addressed(request);
      },
    },
  );
}
