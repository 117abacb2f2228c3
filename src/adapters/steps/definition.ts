import { z } from 'zod';
import { exportedAs } from '../../packages';
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
  const isStep = (value: unknown): value is z.infer<typeof exported> => exported.safeParse(value).success;
  const step = exportedAs(module, isStep);
  if (step === undefined) {
    throw new Error(
      'it must export `defineStep({ input, run })` of sagaline/step, as default or as module.exports',
    );
  }
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

function faultOf({ path, message }: { path: unknown[]; message: string }): Fault {
  return { path: path.map((part) => (typeof part === 'number' ? part : String(part))), message };
}
