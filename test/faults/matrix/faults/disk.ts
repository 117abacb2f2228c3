import { until } from '../../../support/until';
import type { Fault } from '../cell';
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
