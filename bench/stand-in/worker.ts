import { NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import type { Backend, Release } from '../../src/domain/release';

const backend = (release: Release): Backend => ({ instance: `${release.id}.1`, release, ports: [1] });

/** A target and a router that keep nothing running: what is measured is what it costs to wait. */
const activities: Pick<
  Activities,
  'inspectLane' | 'deployCandidate' | 'shiftTraffic' | 'measure' | 'settleLane'
> = {
  inspectLane: () => Promise.resolve({ generation: 0, live: null, earlier: [] }),
  deployCandidate: ({ release }) => Promise.resolve({ candidate: backend(release), stable: null }),
  shiftTraffic: () => Promise.resolve(),
  measure: () => Promise.resolve({ lapsed: false, measurements: [], failure: null }),
  settleLane: () => Promise.resolve(),
};

/** The worker of a pool that deploys; says `ready` to its parent when it polls, and ends with it. */
async function main(): Promise<void> {
  const [address = '', namespace = 'default', taskQueue = ''] = process.argv.slice(2);
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection, namespace, taskQueue, activities });
  process.once('disconnect', () => process.exit());
  const running = worker.run();
  process.send?.('ready');
  await running;
}

main().catch((error: unknown) => {
  process.stderr.write(`stand-in: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
