import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { evaluateCondition } from '../src/domain/expression';
import type { SagalineEvent } from '../src/domain/event';
import type { Wait } from '../src/domain/wait';
import { awaitedSignal, leaveSignal, offerSignal, registerSignal } from './messages';
import { versioned } from './versioning';

export interface WaitsInput {
  project: string;
  kind: string;
  carried?: Wait[];
}

/** Keeps which runs wait for events of one kind, and tells each of the first event that meets its condition. */
export async function waits(input: WaitsInput): Promise<void> {
  let waiting: Wait[] = input.carried ?? [];
  const met: { wait: Wait; event: SagalineEvent }[] = [];
  const isSame = (wait: Wait, other: Pick<Wait, 'workflowId' | 'runId' | 'step'>) =>
    wait.workflowId === other.workflowId && wait.runId === other.runId && wait.step === other.step;

  setHandler(registerSignal, (wait) => {
    if (!waiting.some((other) => isSame(other, wait))) waiting.push(wait);
  });
  setHandler(leaveSignal, (gone) => {
    waiting = waiting.filter((wait) => !isSame(wait, gone));
  });
  setHandler(offerSignal, (event) => {
    const meeting = waiting.filter(({ when, run, inputs }) =>
      when === undefined ? true : evaluateCondition(when, { event, run, inputs }).matched,
    );
    waiting = waiting.filter((wait) => !meeting.includes(wait));
    met.push(...meeting.map((wait) => ({ wait, event })));
  });

  for (;;) {
    await condition(() => met.length > 0 || waiting.length === 0 || workflowInfo().continueAsNewSuggested);
    for (const { wait, event } of met.splice(0)) {
      const run = getExternalWorkflowHandle(wait.workflowId, wait.runId);
      // A run that cannot be told has closed: there is nobody left who waits.
      await run.signal(awaitedSignal, { step: wait.step, event }).catch(() => undefined);
    }
    if (met.length > 0) continue;
    // The next one who waits starts it again.
    if (waiting.length === 0) return;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof waits>({ ...input, carried: waiting });
  }
}
setWorkflowOptions(versioned('AUTO_UPGRADE'), waits);
