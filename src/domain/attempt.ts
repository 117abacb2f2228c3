/** A retry's number after the id of the first run: an event's key, which ends every first run's id, is far longer. */
const retryId = /^(?<first>.+):(?<number>[2-9]|[1-9]\d{1,5})$/s;

/** The first run of a chain of retries, and which one of the chain a run is, from 1. */
export function attemptOf(runId: string): { first: string; number: number } {
  const { first, number } = retryId.exec(runId)?.groups ?? {};
  if (first === undefined || number === undefined) return { first: runId, number: 1 };
  return { first, number: Number(number) };
}

/** The id of the `number`-th run of a chain, from 2. */
export const attemptId = (first: string, number: number): string => `${first}:${String(number)}`;
