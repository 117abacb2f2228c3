import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { poolQueue } from '../src/domain/messages';

/** Cancelling waits for what is under way, so that nothing is still being done when undoing begins. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Short writes to the target: repeated until they are done or a newer generation refuses them. */
const write: ActivityOptions = {
  startToCloseTimeout: '10s',
  cancellationType,
  retry: { initialInterval: '200ms', maximumInterval: '5s' },
};

/** One question, asked once: no answer is itself an answer, and the next tick asks again. */
const question: ActivityOptions = {
  startToCloseTimeout: '5s',
  cancellationType,
  retry: { maximumAttempts: 1 },
};

/** Starting processes takes as long as their readiness probe; a target that does not answer is asked again. */
const start: ActivityOptions = {
  startToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  cancellationType,
  retry: { initialInterval: '500ms', maximumInterval: '10s', maximumAttempts: 5 },
};

/** As a write, but not for ever: who glances goes on without an answer. */
const glance: ActivityOptions = {
  startToCloseTimeout: '5s',
  cancellationType,
  retry: { initialInterval: '200ms', maximumInterval: '1s', maximumAttempts: 3 },
};

/** Activities that act on a lane's target, executed by the workers of its environment's pool; none is the default pool. */
export function laneActivities(pool: string | null | undefined) {
  const queue = pool === null || pool === undefined ? {} : { taskQueue: poolQueue(pool) };
  const { shiftTraffic, inspectLane } = proxyActivities<Activities>({ ...write, ...queue });
  const { measure } = proxyActivities<Activities>({ ...question, ...queue });
  const { deployCandidate, settleLane } = proxyActivities<Activities>({ ...start, ...queue });
  const { inspectLane: glanceAtLane } = proxyActivities<Activities>({ ...glance, ...queue });
  return { shiftTraffic, inspectLane, glanceAtLane, measure, deployCandidate, settleLane };
}
