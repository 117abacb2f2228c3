import type { Played } from '../cell';
import { untilOther } from '../other';

/** I6: a run of another repository, which came with the fault, succeeded. */
export async function othersGoOn({ stage, other }: Played): Promise<string[]> {
  const { status, reason } = await untilOther(stage.world, other);
  return status === 'succeeded' ? [] : [`I6: the other repository's run ${status}: ${reason ?? ''}`];
}
