import { z } from 'zod';
import type { CustomStepDefinition } from '../../ports';

const callable = z.custom<(...given: unknown[]) => unknown>((value) => typeof value === 'function');
const exported = z.object({ input: z.object({ safeParse: callable }), run: callable });

/** What a schema answers: zod and its like agree on this much. */
const verdict = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({
    success: z.literal(false),
    error: z.object({
      issues: z.array(z.object({ path: z.array(z.unknown()).default([]), message: z.string() })),
    }),
  }),
]);

type Fault = ReturnType<CustomStepDefinition['check']>[number];

/** A step from what a package exports: its default export, or `module.exports`. Throws an error that says what is missing. */
export function definitionFrom(module: unknown): CustomStepDefinition {
  const found = [defaultOf(module), module].find((candidate) => exported.safeParse(candidate).success);
  if (found === undefined) {
    throw new Error(
      'it must export `defineStep({ input, run })` of sagaline/step, as default or as module.exports',
    );
  }
  const step = found as z.infer<typeof exported>;
  const judge = (input: unknown) => verdict.parse(step.input.safeParse(input));
  return {
    check(input) {
      const judged = judge(input);
      return judged.success ? [] : judged.error.issues.map(faultOf);
    },
    async run(input, context) {
      const judged = judge(input);
      if (!judged.success) throw new Error('the input is not valid');
      return await step.run(judged.data, context);
    },
  };
}

function defaultOf(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}

function faultOf({ path, message }: { path: unknown[]; message: string }): Fault {
  return { path: path.map((part) => (typeof part === 'number' ? part : String(part))), message };
}
