import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { taskQueue } from '../../domain/messages';
import type { Answer, FromWorker, ToWorker, WorkerSettings } from './calls';

/** A worker that died is not waited for, because its cache is gone with it; in ms. */
const stickyMs = 300;

/** A worker of real workflows whose activities end as the process that started it says. */
async function main(): Promise<void> {
  const { address, bundle, pools } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
  const connection = await NativeConnection.connect({ address });
  const activities = { default: asking() };
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue,
      workflowBundle: { codePath: bundle },
      activities,
      stickyQueueScheduleToStartTimeout: stickyMs,
    }),
    ...pools.map((pool) => Worker.create({ connection, taskQueue: pool, activities })),
  ]);
  const running = workers.map((worker) => worker.run());
  say({ kind: 'ready' });
  await Promise.all(running);
}

const say = (said: FromWorker): void => void process.send?.(said);

/** An activity of any name: it passes its call on and ends as it is told. */
function asking(): (input: unknown) => Promise<unknown> {
  const open = new Map<number, (answer: Answer) => void>();
  let last = 0;
  process.on('message', ({ id, answer }: ToWorker) => {
    open.get(id)?.(answer);
    open.delete(id);
  });
  return async (input) => {
    const { activityType, attempt, currentAttemptScheduledTimestampMs, workflowExecution } =
      Context.current().info;
    const id = (last += 1);
    const answer = await new Promise<Answer>((resolve) => {
      open.set(id, resolve);
      const asked = { id, activity: activityType, input, attempt, at: currentAttemptScheduledTimestampMs };
      say({ kind: 'call', call: { ...asked, workflowId: workflowExecution?.workflowId ?? '' } });
    });
    if ('failure' in answer) throw ApplicationFailure.create(answer.failure);
    return answer.result;
  };
}

// Its parent has ended, however it did: nobody is left who could answer.
process.once('disconnect', () => process.exit());

main().catch((error: unknown) => {
  process.stderr.write(`worker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
  process.disconnect();
});
