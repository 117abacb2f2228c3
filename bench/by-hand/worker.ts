import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import * as activities from './activities';

/** A worker with the SDK's own defaults, its log apart, which would tell each failure that is part of the work; says `ready` to its parent when it polls, and ends with it. */
async function main(): Promise<void> {
  const [address, namespace = 'default', taskQueue = ''] = process.argv.slice(2);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect(address === undefined ? {} : { address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: require.resolve('./workflow'),
    activities,
  });
  process.once('disconnect', () => process.exit());
  const running = worker.run();
  process.send?.('ready');
  await running;
}

main().catch((error: unknown) => {
  process.stderr.write(`by hand: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
