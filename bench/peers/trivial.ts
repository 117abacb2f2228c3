/** Five steps in sequence; or four, of which the last fails and the first three are undone in reverse. */
export const works = ['steps', 'undo'] as const;
export type Work = (typeof works)[number];

export const messages = ['one', 'two', 'three', 'four', 'five'];
const failing = 'four';

/** A step by its name, durable where its engine is; rejects when it is to fail. */
export type Step = (name: string, fails: boolean) => Promise<string>;

/** What a step does: nothing that takes time. Throws what the engine takes for an error that nobody repeats. */
export function act(name: string, fails: boolean, final: (message: string) => Error): string {
  if (fails) throw final(`${name} fails`);
  return name;
}

/** Does the work by that step, as somebody writes it who needs only that; returns the names of what was done or undone, in order. */
export async function perform(work: Work, step: Step): Promise<string[]> {
  const done: string[] = [];
  try {
    for (const name of messages) done.push(await step(name, work === 'undo' && name === failing));
    return done;
  } catch (error) {
    if (work === 'steps') throw error;
    const undone: string[] = [];
    for (const name of done.toReversed()) undone.push(await step(`undo ${name}`, false));
    return undone;
  }
}

const expected: Record<Work, readonly string[]> = {
  steps: messages,
  undo: ['undo three', 'undo two', 'undo one'],
};

/** Throws when it is not what the work is to give. */
export function verify(work: Work, given: unknown): void {
  const [seen, wanted] = [given, expected[work]].map((one) => JSON.stringify(one));
  if (seen !== wanted) throw new Error(`${work} gave ${seen ?? 'nothing'}, not ${wanted ?? ''}`);
}
