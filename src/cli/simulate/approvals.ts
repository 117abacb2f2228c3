import type { WorkflowHandle } from '@temporalio/client';
import type { Plan, PlannedStep } from '../../domain/expand';
import { queries, updates } from '../../domain/messages';
import type { ApprovalRequest } from '../../domain/operator';
import type { ApprovalStep } from '../../domain/pipeline';
import type { RunView } from '../../domain/run';
import { milliseconds } from '../../domain/duration';
import type { Clock } from './clock';
import type { Note } from './timeline';

type Approval = PlannedStep & ApprovalStep;

/** Longest that an approval waits for its answer, in ms of simulated time. */
const longestMs = 30_000;

const ended = ['succeeded', 'failed', 'cancelled', 'skipped'];

/** Answers every approval of a run as soon as it waits, and returns when none is left that could. */
export async function answerApprovals(
  run: WorkflowHandle,
  plan: Plan,
  reject: readonly string[],
  { clock, note }: { clock: Clock; note: (note: Note) => void },
): Promise<void> {
  const approvals = plan.steps.filter((step): step is Approval => step.uses === 'approval');
  // Time must not pass beyond the time limit of an approval before somebody has looked.
  const pauseMs = Math.min(longestMs, ...approvals.map(({ timeout }) => milliseconds(timeout) / 2));
  const answered = new Set<string>();
  for (;;) {
    const { steps, status } = await run.query<RunView>(queries.state);
    const isOpen = ({ id }: Approval) => !ended.includes(steps.find((step) => step.id === id)?.status ?? '');
    if (!approvals.some(isOpen) || !['queued', 'running', 'waiting'].includes(status)) return;
    const waiting = approvals.filter(
      ({ id }) => !answered.has(id) && steps.some((step) => step.id === id && step.status === 'waiting'),
    );
    for (const step of waiting) {
      answered.add(step.id);
      const isRejected = reject.includes(step.id);
      const event = isRejected ? 'refused' : 'approved';
      note({ at: await clock.now(), step: step.id, event, detail: null });
      for (const request of requests(step, isRejected)) {
        await run.executeUpdate(isRejected ? updates.reject : updates.approve, { args: [request] });
      }
    }
    if (waiting.length === 0) await clock.pass(pauseMs);
  }
}

/** One request of each person that is needed. */
function requests({ id, with: { count } }: Approval, isRejected: boolean): ApprovalRequest[] {
  return Array.from({ length: isRejected ? 1 : count }, (_, at) => ({
    step: id,
    reason: isRejected ? 'refused in a rehearsal' : 'approved in a rehearsal',
    actor: `rehearsal-${String(at + 1)}`,
    teams: ['*'],
    aliases: [],
  }));
}
