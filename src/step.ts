import type { CustomStepContext } from './ports';

/** What a user-written step may use: it runs at least once, and `key` is the same for every attempt. */
export type StepContext = CustomStepContext;

/** Checks and completes the input of a step; a schema of zod is one. */
export interface InputSchema<Input> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: Input }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

/** What a package exports for one step. */
export interface StepDefinition<Input> {
  input: InputSchema<Input>;
  /**
   * Does the work, or undoes it when `context.phase` is `compensate`. It returns JSON of at most 16 KiB, free of secrets;
   * an error that it throws fails the step. It must stop when `context.signal` is aborted.
   */
  run(input: Input, context: StepContext): unknown;
}

/** Returns the definition as it is, with the type of its input inferred: a package exports the result. */
export function defineStep<Input>(definition: StepDefinition<Input>): StepDefinition<Input> {
  return definition;
}
