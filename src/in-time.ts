/** What a timer of Node can wait at most, in ms: with more it does not wait at all. */
const longestMs = 2 ** 31 - 1;

/** The result of work that may take so many ms, 24 days at most; rejects once they are over, and what the work does then is not heard. */
export async function inTime<T>(work: () => T | Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Error(`it took longer than ${String(limitMs)} ms`));
      },
      Math.min(limitMs, longestMs),
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
