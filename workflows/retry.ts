import { workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../src/domain/expand';
import { type RunInput, runVersion, type RunView, type StepOutput } from '../src/domain/run';

/**
 * The input of a run that goes on where this one ended: steps whose work still stands are kept with their results. What
 * was undone, or needs something that is repeated, is executed again.
 */
export function nextAttempt(input: RunInput, view: RunView, outputs: Record<string, StepOutput>): RunInput {
  const kept = stepsThatStand(input.pipeline, view);
  return {
    ...input,
    version: runVersion,
    resume: {
      of: workflowInfo().workflowId,
      outputs: Object.fromEntries(
        kept.map((id) => [id, outputs[id] ?? { output: '', before: { output: '' }, artifact: null }]),
      ),
    },
  };
}

function stepsThatStand(plan: Plan, { steps, compensations }: RunView): string[] {
  const undone = new Set(compensations.map(({ step }) => step));
  const succeeded = new Set(
    steps.filter(({ id, status }) => status === 'succeeded' && !undone.has(id)).map(({ id }) => id),
  );
  const standing = new Set<string>();
  let open = plan.steps.filter(({ id }) => succeeded.has(id));
  for (;;) {
    const next = open.filter(({ needs }) =>
      needs.every((need) => standing.has(need) || isUnwanted(steps, need)),
    );
    if (next.length === 0) return [...standing];
    for (const { id } of next) standing.add(id);
    open = open.filter(({ id }) => !standing.has(id));
  }
}

/** A step that its own condition left out has no work that could stand; the condition is asked again. */
const isUnwanted = (steps: RunView['steps'], id: string): boolean =>
  steps.some((step) => step.id === id && step.status === 'skipped');
