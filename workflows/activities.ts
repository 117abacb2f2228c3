import type { RetryPolicy } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { milliseconds } from '../src/domain/duration';
import { poolQueue } from '../src/domain/messages';
import type { Retry } from '../src/domain/pipeline';

/** Cancelling waits for what is under way, so that nothing is still being done when undoing begins. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Questions and messages of a workflow itself: short, harmless to repeat, and repeated until they succeed. */
export const quick = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** Lasts as long as the holder, in attempts that each look once: after a lost worker the next one looks elsewhere. */
export const { watchHolder } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
});

/** A repository that does not answer is asked for as long as it takes: the event was promised to take effect. */
export const { route } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A worker that is killed in the midst of it holds the subject up for no longer.
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** Routing within the workflow task, which is half the hops: tried once and for a short time, what it cannot do so is for `route`. */
const { route: routeWithinTask } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1s',
  retry: { maximumAttempts: 1 },
});

/**
 * Executes a local activity to its end, also while the workflow is being cancelled: the SDK fails the workflow task when one is
 * cancelled that has its result already.
 */
const toItsEnd = <A extends unknown[], R>(activity: (...args: A) => Promise<R>) => {
  return (...args: A): Promise<R> => CancellationScope.nonCancellable(() => activity(...args));
};

/** What counts instead of the result of a local activity that failed, was given up or took too long. */
const unlessDone =
  <T>(instead: T) =>
  (error: unknown): T => {
    // A local activity's failure is not wrapped in an ActivityFailure.
    if (error instanceof TemporalFailure) return instead;
    throw error;
  };

/** Routes within the workflow task; undefined when that failed or took too long. Repeating it by `route` starts nothing twice. */
export const routedAtOnce = (
  input: Parameters<Activities['route']>[0],
): Promise<Awaited<ReturnType<Activities['route']>> | undefined> =>
  toItsEnd(routeWithinTask)(input).catch(unlessDone(undefined));

const attended = { heartbeatTimeout: '10s', cancellationType } as const;

/** Time in ms beyond a step's own timeout for a free place on its worker, checkout, artifacts and clean-up. */
const aroundStepMs = 60 * 60_000;

/** What decides how a step's activities are executed. */
export interface StepOptions {
  id: string;
  timeout: string;
  retry?: Retry | undefined;
  /** Pool whose workers execute it; null for the default one. */
  pool: string | null;
}

const onPool = (pool: string | null) => (pool === null ? {} : { taskQueue: poolQueue(pool) });

function retryPolicy(retry: Retry | undefined, attempts: number): RetryPolicy {
  const types = (retry?.final ?? []).filter((failure) => typeof failure === 'string');
  return {
    maximumAttempts: retry?.attempts ?? attempts,
    initialInterval: milliseconds(retry?.backoff ?? '1s'),
    ...(retry?.maxBackoff !== undefined && { maximumInterval: milliseconds(retry.maxBackoff) }),
    ...(types.length > 0 && { nonRetryableErrorTypes: types }),
  };
}

/** Activities of a pipeline step, under the timeout and retry that the step asks for. */
export function stepActivities({ id, timeout, retry, pool }: StepOptions) {
  return proxyActivities<Activities>({
    ...attended,
    ...onPool(pool),
    startToCloseTimeout: milliseconds(timeout) + aroundStepMs,
    retry: retryPolicy(retry, 1),
    summary: id,
  });
}

/** Tries of a message that nobody counted in the pipeline: its id lets a receiver drop a repetition. */
const messageAttempts = 3;

/**
 * Short messages that carry an id of their own. Where nothing else of the run is under way they are executed within the
 * workflow task, without a hop; results of local activities that arrive beside others can reach a replay in another order.
 */
export function messageActivities({ id, timeout, retry, pool }: StepOptions, isAlone: boolean) {
  const options = { startToCloseTimeout: milliseconds(timeout), retry: retryPolicy(retry, messageAttempts) };
  if (pool !== null || !isAlone) {
    return proxyActivities<Activities>({ ...options, ...onPool(pool), summary: id });
  }
  const { emitEvent, notify } = proxyLocalActivities<Activities>(options);
  return { emitEvent: toItsEnd(emitEvent), notify: toItsEnd(notify) };
}

/** Sends messages within the workflow task; returns the results of the first ones, for as far as that went well. */
export const sendTogether = (
  messages: Parameters<Activities['sendMessages']>[0],
  startToCloseTimeout: number,
): ReturnType<Activities['sendMessages']> => {
  const { sendMessages } = proxyLocalActivities<Activities>({
    startToCloseTimeout,
    retry: { maximumAttempts: 1 },
  });
  return toItsEnd(sendMessages)(messages).catch(unlessDone([]));
};

/** Activities of a compensation: tried with patience, because leaving things half undone is the worst end. */
export function compensationActivities(step: string, timeoutMs: number, pool: string | null) {
  return proxyActivities<Activities>({
    ...attended,
    ...onPool(pool),
    startToCloseTimeout: timeoutMs + aroundStepMs,
    retry: { initialInterval: '500ms', maximumInterval: '30s', maximumAttempts: 5 },
    summary: `undo ${step}`,
  });
}

/** An alert is worth some patience, but nothing waits for it. */
export const { raiseAlert } = proxyActivities<Activities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '1m', maximumAttempts: 10 },
});
