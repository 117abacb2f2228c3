import { join } from 'node:path';
import { isClosed } from '../../../support/api';
import { laterBuild } from '../../../versions/builds';
import type { Fault } from '../cell';
import { untilOther } from '../other';
import { endsOfWorker } from './kill';
import { endWorker, startWorkerLike } from './workers';

const buildOf = (folder: string, commit: string): string => `${folder}/build-of-${commit}`;

/** The worker is replaced by one of a later build, whose workflows differ behind a patch. */
export const newerWorkflows: Fault = {
  name: 'a workflow code change, with another worker',
  ends: endsOfWorker,
  bundle: ({ stage: { folder }, commit }) => join(buildOf(folder, commit), 'patched/dist/workflow-bundle.js'),
  async inject({ stage, commit }) {
    const { world, folder } = stage;
    const dist = await laterBuild(buildOf(folder, commit), 'patched');
    const { pid, env } = await endWorker(stage);
    const later = await startWorkerLike(env, folder, dist);
    return async (other) => {
      try {
        await world.untilRun(commit, isClosed);
        // What began on the later build cannot end on the one before.
        await untilOther(world, other);
      } finally {
        await later.stop();
        world.thaw();
      }
      await world.restarted('worker', pid);
    };
  },
};
