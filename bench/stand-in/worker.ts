import { NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import type { Backend, Release } from '../../src/domain/release';

/** Runs release a configuration beside what is live. */
const live: Release = {
  ...{ id: 'r-live', artifact: 'sha256:0', configuration: 'sha256:0', start: 'true', ready: '/' },
  ...{ readyTimeoutMs: 1000, replicas: 1, env: {}, secrets: [], commit: 'c'.repeat(40), runId: 'run' },
};

const backend = (release: Release): Backend => ({ instance: `${release.id}.1`, release, ports: [1] });

/** A target and a router that keep nothing running: what is measured is what it costs to wait. */
const activities: Pick<
  Activities,
  'inspectLane' | 'deployCandidate' | 'shiftTraffic' | 'measure' | 'settleLane'
> = {
  inspectLane: () => Promise.resolve({ generation: 0, live, earlier: [] }),
  deployCandidate: ({ release }) => Promise.resolve({ candidate: backend(release), stable: backend(live) }),
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
