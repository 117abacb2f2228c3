import type { Work } from './trivial';

/** So many executions of one kind, so many of them under way at a time. */
export interface Order {
  work: Work;
  count: number;
  inFlight: number;
}

/** What came of an order: the time of each execution in ms, and of all together in seconds. */
export interface Measured {
  ms: number[];
  seconds: number;
}

/** Somebody who executes the same trivial work. */
export interface Contender {
  name: string;
  works: readonly Work[];
  /** Whether many executions at a time are its purpose. */
  manyAtOnce: boolean;
  /** Throws when an execution does not do what it is to do. */
  measure: (order: Order) => Promise<Measured>;
  stop: () => Promise<void> | void;
}

/** Executes an order in this process. Throws the first failure, once nothing of the order is under way any more. */
export async function measureOrder(
  execute: (work: Work) => Promise<unknown>,
  { work, count, inFlight }: Order,
): Promise<Measured> {
  const ms: number[] = [];
  let left = count;
  const inTurn = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      try {
        await execute(work);
      } catch (error) {
        left = 0;
        throw error;
      }
      ms.push(performance.now() - start);
    }
  };
  const begun = performance.now();
  const ends = await Promise.allSettled(Array.from({ length: inFlight }, inTurn));
  for (const end of ends) if (end.status === 'rejected') throw end.reason as Error;
  return { ms, seconds: (performance.now() - begun) / 1000 };
}
