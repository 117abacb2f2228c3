import { Client, Connection } from '@temporalio/client';
import { type GrpcCompressionConfig, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import { payloadEncryption } from '../src/codec/data-converter';
import { type Settings, temporalConnection } from '../src/config';
import { poolQueue } from '../src/domain/messages';
import { isThisMachine } from '../src/domain/network';
import type { Configuration } from '../src/ports';
import { composePorts } from './compose';
import { startLedgerWork } from './ledger-work';
import { PoolWorkers } from './pool-workers';
import { type Pool, poolName, poolsToServe } from './pools';
import { ScheduleWatch } from './schedule-watch';
import { createWorkers } from './temporal-worker';
import { temporalLogger } from './temporal-logger';

/** A running worker: `done` settles when it has stopped. */
export interface RunningWorker {
  stop: () => void;
  done: Promise<void>;
}

/** A pool that is added to sagaline.yaml is served after at most this long, in ms. */
const lookEveryMs = 10_000;

/** Connects, composes the ports, and polls for every pool that the settings or sagaline.yaml name. */
export async function startWorker(settings: Settings, log: Logger): Promise<RunningWorker> {
  Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });
  const { connectionOptions, namespace = 'default' } = temporalConnection(settings);
  const grpcCompression = compressionTo(connectionOptions.address);
  const ofWorkers = await NativeConnection.connect({ ...connectionOptions, grpcCompression });
  const connection = await Connection.connect(connectionOptions);
  const encryption = payloadEncryption(settings.encryption);
  const client = new Client({ connection, namespace, ...encryption });
  const native = new Client({ connection: ofWorkers, namespace, ...encryption });
  const disconnect = async () => {
    await connection.close();
    await ofWorkers.close();
  };
  const ports = await composePorts(settings, { client, native }, log).catch(async (error: unknown) => {
    // An open connection would keep a process alive that can do nothing.
    await disconnect();
    throw error;
  });
  const activities = createActivities(ports);
  const workers = new PoolWorkers(createWorkers({ connection: ofWorkers, namespace, activities, settings }));
  const serve = async (pools: Pool[]) => {
    const begun = await workers.serve(pools);
    if (begun.length === 0) return;
    const version = settings.version ?? 'unversioned';
    log.info({ pools: begun.map(poolName), taskQueues: begun.map(poolQueue), version }, 'worker serves');
  };
  const look = () => serveAll(ports.configuration, settings, serve, log);
  await serve(poolsToServe(settings.pools ?? ['default'], nothingConfigured));
  await look();
  const looking = setInterval(() => void look(), lookEveryMs);
  const schedules = new ScheduleWatch(ports, log);
  const ledgerWork = executesWorkflows(settings) ? startLedgerWork(ports, settings, client, log) : undefined;
  if (executesWorkflows(settings)) schedules.start();
  return {
    stop: () => {
      clearInterval(looking);
      schedules.stop();
      workers.stop();
    },
    done: workers.done.finally(async () => {
      clearInterval(looking);
      schedules.stop();
      await ledgerWork?.stop();
      await ports.close();
      await disconnect();
    }),
  };
}

/** On one machine packing costs more than the bytes it saves. */
function compressionTo(address = '127.0.0.1'): GrpcCompressionConfig {
  const url = `http://${address}`;
  return { codec: URL.canParse(url) && isThisMachine(new URL(url)) ? 'none' : 'gzip' };
}

/** Routing runs there too, so that such a worker can read every repository. */
const executesWorkflows = ({ pools }: Settings): boolean => pools === undefined || pools.includes('default');

const nothingConfigured = { pools: [], environments: [] };

/** A file that cannot be read now, or a queue that cannot be polled, is looked at again: the pools served go on. */
async function serveAll(
  configuration: Configuration,
  { pools }: Settings,
  serve: (pools: Pool[]) => Promise<void>,
  log: Logger,
): Promise<void> {
  if (pools) return;
  try {
    await serve(poolsToServe(undefined, await configuration.current()));
  } catch (error) {
    log.warn({ err: error }, 'not every pool of sagaline.yaml can be served');
  }
}
