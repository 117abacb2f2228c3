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

  /** Results as one pipeline of the plan sees them: by the ids that are written in its file. */
  const stepsOf = (scope: string | undefined) => {
    const prefix = scope === undefined ? '' : `${scope}.`;
    const states = board.states();
    return Object.fromEntries(
      plan.steps
        .filter(({ id }) => id.startsWith(prefix))
        .map(({ id }) => [
          id.slice(prefix.length),
          { ...emptyOutput(), ...outputs[id], status: states[id] ?? 'pending' },
        ]),
    );
  };

  return { namesFor, inputsOf };
}

function typed(text: string, type: string | undefined): InputValue {
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}
