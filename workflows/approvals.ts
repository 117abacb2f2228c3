import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { judgeApproval, type Approval, type OpenApproval } from '../src/domain/approval';
import type { ApprovalRequest } from '../src/domain/operator';
import type { RunInput } from '../src/domain/run';
import type { Board } from './board';
import { approveUpdate, rejectUpdate } from './messages';

/** How an approval ended: who approved it, who refused it and why, or nobody in time. */
export type ApprovalResult =
  | { kind: 'approved'; by: string[] }
  | { kind: 'rejected'; by: string; reason: string }
  | { kind: 'timed-out' };

export interface Approvals {
  /** Waits until enough people have approved, one has refused, or the time limit (ms) has passed; null waits for ever. */
  ask: (open: Omit<OpenApproval, 'approved'>, timeoutMs: number | null) => Promise<ApprovalResult>;
  /** Ends the wait of that id without an answer. */
  withdraw: (id: string) => void;
}

/** Takes the updates `approve` and `reject`, and refuses them where nothing waits or the person may not decide. */
export function createApprovals(input: RunInput, board: Board): Approvals {
  const open = new Map<string, OpenApproval & { refused?: Approval }>();
  const author = typeof input.event.data['author'] === 'string' ? input.event.data['author'] : null;

  const addressed = ({ step }: ApprovalRequest) => {
    const found = [...open.values()].filter(({ id }) => step === undefined || step === id);
    const [only, ...others] = found;
    if (only && others.length === 0) return only;
    const detail = only
      ? `several approvals wait; say which step: ${[...open.keys()].join(', ')}`
      : `no approval waits${step === undefined ? '' : ` at ${step}`}`;
    throw ApplicationFailure.nonRetryable(detail, 'WrongState');
  };
  const validator = (request: ApprovalRequest) => {
    const refusal = judgeApproval(addressed(request), request, author);
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.reason, refusal.code);
  };

  setHandler(
    approveUpdate,
    (request) => {
      const { id, approved, count } = addressed(request);
      approved.push(request.actor);
      const detail = `approved by ${approved.join(', ')} (${approved.length} of ${count})`;
      // A step may have the name of what the run itself asks, and must not change by this.
      if (board.states()[id] === 'waiting') board.step(id, 'waiting', detail);
      return board.view();
    },
    { validator },
  );
  setHandler(
    rejectUpdate,
    (request) => {
      addressed(request).refused = request;
      return board.view();
    },
    {
      // Refusing is open to all who may approve, and to the author as well.
      validator: (request: ApprovalRequest) => {
        const refusal = judgeApproval(
          { ...addressed(request), approved: [], authorMayApprove: true },
          request,
          author,
        );
        if (refusal) throw ApplicationFailure.nonRetryable(refusal.reason, refusal.code);
      },
    },
  );

  return {
    async ask(asked, timeoutMs) {
      const waiting = { ...asked, approved: [] as string[] } as OpenApproval & { refused?: Approval };
      open.set(asked.id, waiting);
      try {
        const decided = () =>
          !open.has(asked.id) || waiting.refused !== undefined || waiting.approved.length >= waiting.count;
        if (timeoutMs === null) await condition(decided);
        else await condition(decided, timeoutMs);
        const { refused, approved, count } = waiting;
        if (refused) return { kind: 'rejected', by: refused.actor, reason: refused.reason ?? '' };
        return approved.length >= count ? { kind: 'approved', by: approved } : { kind: 'timed-out' };
      } finally {
        open.delete(asked.id);
      }
    },
    withdraw(id) {
      open.delete(id);
    },
  };
}
