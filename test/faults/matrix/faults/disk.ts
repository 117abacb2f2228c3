import { isClosed } from '../../../support/api';
import { until } from '../../../support/until';
import type { Fault } from '../cell';
import { hasFile, markOf } from '../marks';
import type { SmallStage } from '../small-disk';
import { act } from './operator';
import { beat } from '../pipeline';
import { otherName, startOther } from '../other';

/** The disk of the state folder is full until the platform refuses an event, and a little later has room again. */
export const fullDisk: Fault = {
  name: 'full disk of the state folder',
  ends: () => ['succeeded', 'rolled-back', 'failed'],
  restarts: true,
  async inject({ stage }) {
    const { world, fill } = stage as SmallStage;
    const empty = await fill();
    const body = { pipeline: beat.name, repository: otherName, ref: 'refs/heads/main' };
    await until('an event is refused', async () => {
      const status = await act(world, '/runs', body).catch(() => 503);
      return status >= 500;
    }).finally(empty);
    await startOther(world);
    return undefined;
  },
};

/** The disk of the artifacts is full until the step that makes one is tried again, or nobody tries any more. */
export const fullArtifacts: Fault = {
  name: 'full disk of the artifacts',
  ends: () => ['succeeded', 'failed'],
  async inject({ stage, commit }) {
    const { world, folder, fill } = stage as SmallStage;
    const empty = await fill();
    return async () => {
      await until('the artifact cannot be stored', async () => {
        if (await hasFile(markOf(folder, commit, 'build', 'begin', 2))) return true;
        return isClosed(await world.untilRun(commit, () => true));
      }).finally(empty);
    };
  },
};

/** What cannot be logged changes nothing else. */
export const fullLogs: Fault = {
  name: 'full disk of the logs of steps',
  ends: () => ['succeeded'],
  async inject({ stage, commit }) {
    const { world, fill } = stage as SmallStage;
    const empty = await fill();
    return async () => {
      await world.untilRun(commit, isClosed).finally(empty);
    };
  },
};
