import type { CustomStep, Pipeline } from './pipeline';
import type { Doubts } from './pipeline-draft';
import type { Problem } from './problem';

/** What validation needs of a user-written step. */
export interface CustomCheck {
  /** Faults of the input, each with its path below `with`; empty when it is valid. */
  check(input: unknown): { path: (string | number)[]; message: string }[];
}

/** What user-written steps say of the input that the pipeline gives them; one with `${...}` is known only in a run. */
export function customProblems(
  pipeline: Pipeline,
  steps: ReadonlyMap<string, CustomCheck>,
  { steps: doubtful }: Doubts,
): Problem[] {
  return pipeline.steps.flatMap((step, at) => {
    if (doubtful.has(step.id)) return [];
    const undo = 'compensate' in step && step.compensate?.uses === 'custom' ? step.compensate : undefined;
    return [
      ...(step.uses === 'custom' ? inputProblems(step, steps, ['steps', at, 'with']) : []),
      ...(undo ? inputProblems(undo, steps, ['steps', at, 'compensate', 'with']) : []),
    ];
  });
}

function inputProblems(
  { action, with: input }: Pick<CustomStep, 'action' | 'with'>,
  steps: ReadonlyMap<string, CustomCheck>,
  path: Problem['path'],
): Problem[] {
  if (JSON.stringify(input).includes('${')) return [];
  try {
    const faults = steps.get(action)?.check(input) ?? [];
    return faults.map((fault) => ({ path: [...path, ...fault.path], message: fault.message }));
  } catch (error) {
    // The check is code of a user's package, and one that fails must not take the other problems along.
    const why = error instanceof Error ? error.message : String(error);
    return [{ path, message: `cannot be checked by step ${action}: ${why}` }];
  }
}
