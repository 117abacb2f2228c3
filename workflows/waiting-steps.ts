import { ApplicationFailure, CancellationScope, condition, sleep, workflowInfo } from '@temporalio/workflow';
import { milliseconds } from '../src/domain/duration';
import type { PlannedStep } from '../src/domain/expand';
import type { ApprovalStep, WaitStep } from '../src/domain/pipeline';
import type { Awaited } from '../src/domain/wait';
import { quick } from './activities';
import type { Approvals } from './approvals';
import type { Board } from './board';
import { emptyOutput } from './names';
import type { StepContext } from './step-context';

/** Waits until enough people have approved. Throws Rejected or TimeLimit. */
export async function approvalStep(
  step: PlannedStep & ApprovalStep,
  context: StepContext,
  board: Board,
  approvals: Approvals,
): Promise<string> {
  const { teams, count, authorMayApprove, onTimeout, message } = step.with;
  const asks = message === undefined ? '' : `: ${context.text(step, message)}`;
  board.waits(step.id, `waits for ${String(count)} of ${teams.join(', ')}${asks}`);
  const asked = { id: step.id, teams, count, authorMayApprove };
  const result = await approvals.ask(asked, milliseconds(step.timeout));
  board.goesOn(step.id);
  switch (result.kind) {
    case 'approved':
      context.outputs[step.id] = { ...emptyOutput(), output: result.by.join(', ') };
      return `approved by ${result.by.join(', ')}`;
    case 'rejected':
      throw ApplicationFailure.nonRetryable(`refused by ${result.by}: ${result.reason}`, 'Rejected');
    case 'timed-out':
      return timedOut(step.id, onTimeout, `not approved within ${step.timeout}`);
  }
}

function timedOut(id: string, onTimeout: 'fail' | 'continue', what: string): string {
  if (onTimeout === 'continue') return `${what}: went on`;
  throw ApplicationFailure.nonRetryable(`${id}: ${what}`, 'TimeLimit');
}

/** Waits for a duration, a time, or an event. Throws TimeLimit. */
export async function waitStep(
  step: PlannedStep & WaitStep,
  context: StepContext,
  board: Board,
  awaited: Map<string, Awaited>,
): Promise<string> {
  const { for: duration, until, event: kind } = step.with;
  if (kind !== undefined) return waitForEvent(step, kind, context, board, awaited);
  const time = context.text(step, until ?? '');
  const how = duration ?? `until ${time}`;
  board.waits(step.id, `waits ${how}`);
  await sleep(Math.max(duration === undefined ? untilMs(time) : milliseconds(duration), 1));
  board.goesOn(step.id);
  return `waited ${how}`;
}

function untilMs(time: string): number {
  const at = Date.parse(time);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(time);
  if (!Number.isNaN(at) && hasZone) return at - Date.now();
  const detail = `${JSON.stringify(time)} is not a time with a zone, such as 2026-12-24T17:00:00Z`;
  throw ApplicationFailure.nonRetryable(detail, 'InvalidPipeline');
}

async function waitForEvent(
  step: PlannedStep & WaitStep,
  kind: string,
  context: StepContext,
  board: Board,
  awaited: Map<string, Awaited>,
): Promise<string> {
  const { project, commit, repository, pipeline } = context.input;
  const { workflowId, runId } = workflowInfo();
  const { when, onTimeout } = step.with;
  const wait = {
    workflowId,
    runId,
    step: step.id,
    kind,
    ...(when !== undefined && { when }),
    run: { id: workflowId, commit, repository, pipeline: pipeline.name },
    inputs: context.inputs(step),
  };
  board.waits(step.id, `waits for ${kind}${when === undefined ? '' : ` with ${when}`}`);
  await quick.joinWait({ project, wait });
  try {
    await condition(() => awaited.has(step.id), milliseconds(step.timeout));
  } finally {
    await CancellationScope.nonCancellable(() =>
      quick.leaveWait({ project, kind, workflowId, runId, step: step.id }),
    );
  }
  board.goesOn(step.id);
  const found = awaited.get(step.id);
  if (!found) return timedOut(step.id, onTimeout, `no ${kind} came within ${step.timeout}`);
  context.outputs[step.id] = { ...emptyOutput(), output: found.event.key, event: found.event };
  return `${kind} ${found.event.deliveryId} came`;
}
