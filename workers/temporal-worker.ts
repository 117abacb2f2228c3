import { join } from 'node:path';
import { type NativeConnection, Worker, type WorkerDeploymentOptions } from '@temporalio/worker';
import type { Activities } from '../activities';
import { payloadEncryption, workflowBundleFile } from '../src/codec/data-converter';
import type { Settings, WorkerVersion } from '../src/config';
import { poolQueue } from '../src/domain/messages';
import { failureInterceptor } from './failure-interceptor';
import type { Pool } from './pools';
import { defaultShellSteps, shellSlots } from './shell-slots';

/** What all workers of a process share. */
export interface WorkerParts {
  connection: NativeConnection;
  namespace: string;
  activities: Activities;
  settings: Pick<Settings, 'shellSteps' | 'version' | 'encryption'>;
}

/** Workflows are kept by count, so the count is what bounds memory: a cached run takes well under 1 MB. */
const maxCachedWorkflows = 200;

/** An event that is routed holds one place, and the run that it starts takes another one at once or goes the long way. */
const maxConcurrentWorkflowTaskExecutions = 120;

/** A workflow waits for one local activity at most, whose time begins when it has a place. */
const maxConcurrentLocalActivityExecutions = maxConcurrentWorkflowTaskExecutions;

/** A task that finds an open request is handed over at once; one that finds none is written to the server's database and read again. */
const maxConcurrentWorkflowTaskPolls = 30;

/** Most of what runs here only waits for an answer, so places are many; shell steps have a bound of their own. */
const maxActivities = 200;

/** What a pool's worker takes beyond its shell steps: more than it can execute is left to the pool's other workers. */
const beyondShellSteps = 16;

/** Makes the worker of a pool, which executes activities; the default pool's executes workflows as well. */
export function createWorkers(parts: WorkerParts): (pool: Pool) => Promise<Worker> {
  const { connection, namespace, activities, settings } = parts;
  const shellSteps = settings.shellSteps ?? defaultShellSteps;
  const slots = shellSlots(shellSteps);
  const failures = () => ({ inbound: failureInterceptor });
  const workflows = {
    workflowBundle: { codePath: join(__dirname, '..', workflowBundleFile(settings.encryption)) },
    maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions,
    maxConcurrentLocalActivityExecutions,
    maxConcurrentWorkflowTaskPolls,
    // A worker that was killed keeps its workflows' next task for this long before another one may take it.
    stickyQueueScheduleToStartTimeout: '2s' as const,
  };
  return (pool) =>
    Worker.create({
      connection,
      namespace,
      taskQueue: poolQueue(pool),
      activities,
      ...payloadEncryption(settings.encryption),
      ...(pool === null && workflows),
      ...(settings.version && { workerDeploymentOptions: deployment(settings.version) }),
      interceptors: { activity: [failures, () => ({ inbound: slots() })] },
      maxConcurrentActivityTaskExecutions: pool === null ? maxActivities : shellSteps + beyondShellSteps,
      // Cancellation reaches an activity with a heartbeat's answer, so heartbeats may not be held back for long.
      maxHeartbeatThrottleInterval: '1s',
      shutdownGraceTime: '10s',
      shutdownForceTime: '20s',
    });
}

/** Runs stay on the version that they began on where the workflow says so; what says nothing moves to the current one. */
function deployment(version: WorkerVersion): WorkerDeploymentOptions {
  return { useWorkerVersioning: true, version, defaultVersioningBehavior: 'AUTO_UPGRADE' };
}
