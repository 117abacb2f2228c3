import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 25;

/** Longest wait in ms for anything that a platform does; a wait that takes longer is a failure of the test. */
const limitMs = 90_000;

/** Asks until the answer is neither undefined, false nor null, and returns it. Throws with `what` when it never is. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false | null> | T | undefined | false | null,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(pollMs);
  }
}
