import { type ExpressionContext, interpolate } from '../src/domain/expression';
import type { PlannedStep } from '../src/domain/expand';
import type { Inputs, InputValue } from '../src/domain/inputs';
import type { RunInput, StepOutput } from '../src/domain/run';
import type { Board } from './board';

/** The result of a step that has none. */
export const emptyOutput = (): StepOutput => ({ output: '', before: { output: '' }, artifact: null });

/** What the expressions of a run's pipelines may name; `scope` is the child pipeline that an expression stands in. */
export interface Names {
  namesFor: (scope: string | undefined, values?: PlannedStep['values']) => ExpressionContext;
  inputsOf: (scope: string | undefined) => Inputs;
}

/** Names of the run `run`, whose results and states are read anew for each expression. */
export function createNames(
  input: RunInput,
  run: string,
  outputs: Readonly<Record<string, StepOutput>>,
  board: Board,
): Names {
  const { pipeline: plan, event } = input;
  const namesFor = (scope: string | undefined, values?: PlannedStep['values']): ExpressionContext => ({
    event,
    run: { id: run, commit: input.commit, repository: input.repository, pipeline: plan.name },
    inputs: inputsOf(scope),
    steps: stepsOf(scope),
    ...(values && { matrix: values }),
  });

  /** Inputs of a child pipeline are texts of the scope around it, so they are resolved there. */
  const inputsOf = (scope: string | undefined): Inputs => {
    if (scope === undefined) return input.inputs ?? {};
    const { parent, inputs = {}, types = {} } = plan.scopes?.[scope] ?? {};
    const resolved = Object.entries(inputs).map(([name, value]): [string, InputValue] => {
      if (typeof value !== 'string' || !value.includes('${')) return [name, value];
      return [name, typed(interpolate(value, namesFor(parent)), types[name])];
    });
    return Object.fromEntries(resolved);
  };

  const seen = new Map<string | undefined, object>();
  const stepsOf = (scope: string | undefined): object => {
    const steps = seen.get(scope) ?? resultsOf(plan, scope, outputs, board);
    seen.set(scope, steps);
    return steps;
  };

  return { namesFor, inputsOf };
}

/**
 * Results as one pipeline of the plan sees them: by the ids that are written in its file. Each is read when it is named,
 * because a thousand steps can become ready at once and each of them may have many expressions.
 */
function resultsOf(
  { steps }: RunInput['pipeline'],
  scope: string | undefined,
  outputs: Readonly<Record<string, StepOutput>>,
  board: Board,
): object {
  const prefix = scope === undefined ? '' : `${scope}.`;
  const results = {};
  for (const { id } of steps.filter((step) => step.id.startsWith(prefix))) {
    const get = () => ({ ...emptyOutput(), ...outputs[id], status: board.states()[id] ?? 'pending' });
    Object.defineProperty(results, id.slice(prefix.length), { get, enumerable: true });
  }
  return results;
}

function typed(text: string, type: string | undefined): InputValue {
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}
