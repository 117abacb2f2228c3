import { isClosed } from '../../../support/api';
import { laterBuild } from '../../../versions/builds';
import type { Fault } from '../cell';
import { untilOther } from '../other';
import { endsOfWorker } from './kill';
import { environmentOf, startWorkerLike } from './workers';

/** The worker is replaced by one of a later build, whose workflows differ behind a patch. */
export const newerWorkflows: Fault = {
  name: 'a workflow code change, with another worker',
  ends: endsOfWorker,
  async inject({ stage: { world, folder }, commit }) {
    const old = await world.pid('worker');
    if (old === undefined) throw new Error('there is no worker');
    const dist = await laterBuild(`${folder}/build-of-${commit}`, 'patched');
    const environment = await environmentOf(old);
    world.freeze();
    await world.kill('worker');
    const later = await startWorkerLike(environment, folder, dist);
    return async (other) => {
      try {
        await world.untilRun(commit, isClosed);
        // What began on the later build cannot end on the one before.
        await untilOther(world, other);
      } finally {
        await later.stop();
        world.thaw();
      }
      await world.restarted('worker', old);
    };
  },
};
