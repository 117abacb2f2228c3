import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import { type Settings, temporalConnection } from '../src/config';
import { taskQueue } from '../src/domain/messages';
import { composePorts } from './compose';
import { failureInterceptor } from './failure-interceptor';
import { temporalLogger } from './temporal-logger';

/** A running worker: `done` settles when it has stopped. */
export interface RunningWorker {
  stop: () => void;
  done: Promise<void>;
}

/** Workflows are kept by count, so the count is what bounds memory: a cached run takes well under 1 MB. */
const maxCachedWorkflows = 200;

/** A lane that is held keeps one activity open for as long, so slots are many; shell steps are bounded by the machine. */
const maxActivities = 200;

/** Connects, composes the ports, and polls. */
export async function startWorker(settings: Settings, log: Logger): Promise<RunningWorker> {
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
  const { connectionOptions, namespace = 'default' } = temporalConnection(settings);
  const native = await NativeConnection.connect(connectionOptions);
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, namespace });
  const ports = await composePorts(settings, client, log);
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    workflowBundle: { codePath: join(__dirname, '..', 'workflow-bundle.js') },
    activities: createActivities(ports),
    interceptors: { activity: [() => ({ inbound: failureInterceptor })] },
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: maxActivities,
    // Cancellation reaches an activity with a heartbeat's answer, so heartbeats may not be held back for long.
    maxHeartbeatThrottleInterval: '1s',
    // A worker that was killed keeps its workflows' next task for this long before another one may take it.
    stickyQueueScheduleToStartTimeout: '2s',
    shutdownGraceTime: '10s',
    shutdownForceTime: '20s',
  });
  return {
    stop: () => {
      worker.shutdown();
    },
    done: worker.run().finally(async () => {
      ports.close();
      await connection.close();
      await native.close();
    }),
  };
}
