import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { milliseconds } from '../src/domain/duration';
import type { Retry } from '../src/domain/pipeline';

/** Cancelling waits for what is under way, so that nothing is still being done when undoing begins. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Short writes to the target: repeated until they are done or a newer generation refuses them. */
export const { shiftTraffic, inspectLane } = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  cancellationType,
  retry: { initialInterval: '200ms', maximumInterval: '5s' },
});

/** One question, asked once: no answer is itself an answer, and the next tick asks again. */
export const { measure } = proxyActivities<Activities>({
  startToCloseTimeout: '5s',
  cancellationType,
  retry: { maximumAttempts: 1 },
});

/** Starting processes takes as long as their readiness probe; a target that does not answer is asked again. */
export const { deployCandidate, settleLane } = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  cancellationType,
  retry: { initialInterval: '500ms', maximumInterval: '10s', maximumAttempts: 5 },
});

export const { requestTurn, finishTurn } = proxyActivities<Activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** Lasts as long as the holder; a lost worker is noticed by its missing heartbeat and another one watches. */
export const { watchHolder } = proxyActivities<Activities>({
  startToCloseTimeout: '30d',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

/** A repository that does not answer is asked for as long as it takes: the event was promised to take effect. */
export const { route } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

const attended = { heartbeatTimeout: '10s', cancellationType } as const;

/** Time in ms beyond a step's own timeout for checkout, artifacts and clean-up. */
const aroundStepMs = 5 * 60_000;

/** Activities of a pipeline step, under the timeout and retry that the step asks for. */
export function stepActivities(step: { id: string; timeout: string; retry?: Retry | undefined }) {
  return proxyActivities<Activities>({
    ...attended,
    startToCloseTimeout: milliseconds(step.timeout) + aroundStepMs,
    retry: {
      maximumAttempts: step.retry?.attempts ?? 1,
      initialInterval: milliseconds(step.retry?.backoff ?? '1s'),
    },
    summary: step.id,
  });
}

/** Activities of a compensation: tried with patience, because leaving things half undone is the worst end. */
export function compensationActivities(step: string, timeoutMs: number) {
  return proxyActivities<Activities>({
    ...attended,
    startToCloseTimeout: timeoutMs + aroundStepMs,
    retry: { initialInterval: '500ms', maximumInterval: '30s', maximumAttempts: 5 },
    summary: `undo ${step}`,
  });
}
