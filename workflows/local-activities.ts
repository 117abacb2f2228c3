import {
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { milliseconds } from '../src/domain/duration';
import { poolQueue } from '../src/domain/messages';
import { retryPolicy, type StepOptions } from './activities';

/** Questions and messages that are repeated until they succeed, for workflows that ask one at a time anyway. */
export const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** Activities that are executed within the workflow task, without a hop: short, and harmless to repeat. */
export interface LocalActivities {
  /** Questions and messages of the run itself: repeated until they succeed. */
  quick: Pick<Activities, 'finishTurn' | 'poolsOf' | 'checkFreeze' | 'joinWait' | 'leaveWait'>;
  /** Messages of a step, which carry an id of their own; on its pool when the step names one. */
  messages: (step: StepOptions) => Pick<Activities, 'emitEvent' | 'notify'>;
}

/** Tries of a message that nobody counted in the pipeline: its id lets a receiver drop a repetition. */
const messageAttempts = 3;

/**
 * Local activities of one run, one at a time and never cancelled once begun: results of several that arrive together
 * reach a replay in another order than the run itself, and cancelling one that has its result fails the workflow task.
 */
export function createLocalActivities(): LocalActivities {
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const scope = CancellationScope.current();
    const next = last.then(() => {
      if (scope.consideredCancelled) throw new CancelledFailure('cancelled before it began');
      return CancellationScope.nonCancellable(work);
    });
    last = next.catch(() => undefined);
    return next;
  };
  const serial = <T extends object>(activities: T): T =>
    new Proxy(activities, {
      get(target, name) {
        const activity = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => alone(() => activity(...args));
      },
    });
  return {
    quick: serial(quick),
    messages({ id, timeout, retry, pool }) {
      const options = {
        startToCloseTimeout: milliseconds(timeout),
        retry: retryPolicy(retry, messageAttempts),
      };
      return pool === null
        ? serial(proxyLocalActivities<Activities>(options))
        : proxyActivities<Activities>({ ...options, taskQueue: poolQueue(pool), summary: id });
    },
  };
}
