import type { Candidate, Context, Found } from './context';

/**
 * The first candidate that works. Throws when one that was named does not, or when none does: then with what was
 * wrong with each, and `advice`.
 */
export async function firstThatWorks(
  context: Context,
  candidates: Candidate[],
  verify: (path: string) => Promise<void>,
  advice: string,
): Promise<Found> {
  const faults: string[] = [];
  for (const { how, binding, provide } of candidates) {
    try {
      const path = await provide();
      if (path === undefined) continue;
      await verify(path);
      return { path, how };
    } catch (error) {
      context.signal.throwIfAborted();
      const fault = `${how}: ${error instanceof Error ? error.message : String(error)}`;
      if (binding) throw new Error(fault, { cause: error });
      faults.push(fault);
      context.tell(fault);
    }
  }
  throw new Error([...faults, advice].join('\n'));
}
