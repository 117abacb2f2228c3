import type { Context } from './context';

const everyMs = 15_000;

/** Says every 15 s how long something has been going on, so that minutes of silence do not look like a hang. */
export async function withProgress<T>(context: Context, what: string, work: Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    context.tell(`${what}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
