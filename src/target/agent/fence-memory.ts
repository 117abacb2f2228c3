import { join } from 'node:path';
import type { Fence, LaneRef } from '../../domain/release';
import { readJson, writeDurably } from '../durable-file';
import { laneKey } from '../layout';
import { refuseStale } from '../lane-fence';
import { fenceSchema } from '../schemas';

/** The newest fence that each lane has shown, on disk: whoever comes with an older one is refused. */
export class FenceMemory {
  private readonly seen = new Map<string, Fence>();
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly folder: string) {}

  /** Throws StaleGeneration for an older fence than the newest; remembers a newer one before it returns. */
  accept(lane: LaneRef, fence: Fence): Promise<void> {
    const key = laneKey(lane);
    const act = () => this.acceptInTurn(key, lane, fence);
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(act, act);
    this.turns.set(key, turn);
    return turn;
  }

  private async acceptInTurn(key: string, lane: LaneRef, fence: Fence): Promise<void> {
    const path = join(this.folder, key, 'fence.json');
    const seen = this.seen.get(key) ?? (await readJson(path, fenceSchema));
    refuseStale(lane, fence, seen);
    if (seen?.generation === fence.generation && seen.sequence === fence.sequence) return;
    await writeDurably(path, fence);
    this.seen.set(key, fence);
  }
}
