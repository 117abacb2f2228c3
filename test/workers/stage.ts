import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { stringify } from 'yaml';
import { stopTarget } from '../../src/adapters/targets';
import { expand } from '../../src/domain/expand';
import { taskQueue } from '../../src/domain/messages';
import { pipelineSchema } from '../../src/domain/pipeline';
import { runVersion } from '../../src/domain/run';
import { createLog } from '../../src/log';
import { prepareNamespace } from '../../src/platform/namespace';
import { run, spawnGroup } from '../../src/process';
import { devServerAddress, temporalCliPath } from '../setup/temporal';
import { until } from '../support/until';
import { runInput } from '../workflows/world';

/** A worker process of a test. */
export interface WorkerProcess {
  pid: number;
  /** What it has logged so far. */
  log: () => Promise<string>;
  /** Resolves once it has drained and ended. */
  stop: () => Promise<void>;
}

/** A namespace of the shared server with a repository and a state folder, for worker processes of a test's own. */
export interface Stage {
  folder: string;
  client: Client;
  /** Writes sagaline.yaml anew: the repository, and what the test wants of the file. */
  configure: (change: Record<string, unknown>) => Promise<void>;
  /** Starts `dist` (default: the built one) with more of an environment; resolves when it polls. */
  startWorker: (env?: Record<string, string>, dist?: string) => Promise<WorkerProcess>;
  /** Starts a run of a pipeline with these steps, as `route` would. */
  start: (id: string, pipeline: Record<string, unknown>) => Promise<WorkflowHandle>;
  /** What the `temporal` command prints for these arguments; throws with what it says when it fails. */
  temporal: (...args: string[]) => Promise<string>;
  /** Ends every worker that still lives. */
  stopWorkers: () => Promise<void>;
  /** Ends every worker, the releases, and removes the folder. */
  stop: () => Promise<void>;
}

const built = join(__dirname, '../../dist');
const stopGraceMs = 30_000;
const path = process.env['PATH'] ?? '';

/** Registers the namespace and makes the repository; `stop` the stage whatever happens. */
export async function startStage(): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sagaline-stage-')));
  const address = devServerAddress();
  const connection = await Connection.connect({ address });
  const namespace = `stage-${randomUUID()}`;
  await prepare(connection, namespace);
  const client = new Client({ connection, namespace });
  const file = join(folder, 'sagaline.yaml');
  const state = join(folder, 'state');
  const environment = {
    PATH: path,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    SAGALINE_STATE: state,
    SAGALINE_CONFIG: file,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };
  await Promise.all([mkdir(environment.HOME), mkdir(environment.TMPDIR)]);
  const { url, commit } = await makeRepository(folder, environment);
  const workers: WorkerProcess[] = [];
  const stopWorkers = async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  const configure = (change: Record<string, unknown>) =>
    writeFile(
      file,
      stringify({ apiVersion: 'sagaline/v1', repositories: [{ name: 'acme/shop', url }], ...change }),
    );
  await configure({});
  return {
    folder,
    client,
    configure,
    async startWorker(env = {}, dist = built) {
      const { ready, ...worker } = await startProcess(
        folder,
        workers.length,
        { ...environment, ...env },
        dist,
      );
      // Also one that never polls has to end with the stage.
      workers.push(worker);
      await ready;
      return worker;
    },
    start(id, pipeline) {
      const head = { apiVersion: 'sagaline/v1', name: 'deliver', on: [{ event: 'push' }] };
      const planned = expand(pipelineSchema.parse({ ...head, ...pipeline }));
      return client.workflow.start('run', {
        workflowId: id,
        taskQueue,
        args: [
          {
            ...runInput(pipelineSchema.parse({ ...head, ...pipeline })),
            pipeline: planned,
            commit,
            version: runVersion,
          },
        ],
      });
    },
    async temporal(...args) {
      const argv = [temporalCliPath(), ...args, '--address', address, '--namespace', namespace];
      const result = await run(argv, { cwd: folder, env: { PATH: path, HOME: environment.HOME } });
      if (result.exitCode !== 0) throw new Error(`temporal ${args.join(' ')}: ${result.stderr}`);
      return result.stdout;
    },
    stopWorkers,
    async stop() {
      await stopWorkers();
      await stopTarget(state);
      await connection.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function prepare(connection: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: (7 * 24 * 60 * 60) as never };
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  // The server's parts learn of a namespace one after another.
  await until(`namespace ${namespace} has its search attributes`, async () => {
    await prepareNamespace(connection, namespace, createLog('test', 'silent'));
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return 'SagalineStatus' in customAttributes;
  });
}

async function makeRepository(folder: string, env: Record<string, string>) {
  const url = join(folder, 'shop.git');
  const who = ['-c', 'user.name=Ada Example', '-c', 'user.email=ada@shop.example'];
  const git = async (...args: string[]) => {
    const result = await run(['git', ...who, ...args], { cwd: folder, env });
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
    return result.stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main', url);
  await writeFile(join(url, 'README.md'), 'shop\n');
  await git('-C', url, 'add', '--all');
  await git('-C', url, 'commit', '--quiet', '--message', 'first');
  return { url, commit: await git('-C', url, 'rev-parse', 'HEAD') };
}

async function startProcess(
  folder: string,
  number: number,
  env: Record<string, string>,
  dist: string,
): Promise<WorkerProcess & { ready: Promise<void> }> {
  const logFile = join(folder, `worker-${String(number)}.log`);
  await writeFile(logFile, '');
  const append = `exec "$0" "$1" >>"$2" 2>&1`;
  const argv = ['/bin/sh', '-c', append, process.execPath, join(dist, 'workers/main.js'), logFile];
  const group = spawnGroup(argv, { cwd: folder, env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const ready = new Promise<void>((resolve) => {
    group.child.once('message', () => {
      resolve();
    });
  });
  const log = () => readFile(logFile, 'utf8');
  const ended = group.exited.then(async ({ code }) => {
    throw new Error(`the worker ended with ${String(code)}:\n${await log()}`);
  });
  ended.catch(() => undefined);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= group.stop(stopGraceMs));
  return { pid: group.pid, log, stop, ready: Promise.race([ready, ended]) };
}

/** Pids of the processes that executed a run's activities, by the id of the activity's type and order. */
export async function executedBy(handle: WorkflowHandle): Promise<{ activity: string; pid: number }[]> {
  const { events } = await handle.fetchHistory();
  const types = new Map(
    (events ?? []).map((event) => [
      String(event.eventId),
      event.activityTaskScheduledEventAttributes?.activityType?.name,
    ]),
  );
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started
      ? [
          {
            activity: types.get(String(started.scheduledEventId)) ?? '',
            pid: Number(started.identity?.split('@')[0]),
          },
        ]
      : [],
  );
}
