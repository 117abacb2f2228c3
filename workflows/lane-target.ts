import { isCancellation, patched } from '@temporalio/workflow';
import type { Inspection } from '../activities/release';
import { keptReleases, type LaneReleases, settled } from '../src/domain/lane-releases';
import type { LaneRef, Release } from '../src/domain/release';
import { quick } from './activities';
import { failureOf, hasType } from './failures';
import { laneActivities } from './lane-activities';

/** The generations that a lane hands out: its target never knows one that the lane does not. */
export interface Generations {
  newest: () => number;
  take: () => number;
  /** Never below what the target has seen. */
  raise: (seen: number) => void;
}

/** What a lane carries over of its target. */
export interface CarriedTarget {
  releases: LaneReleases;
  /** Absent when no run has asked yet, and in what 0.1.0 carried. */
  pool?: string | null;
}

/** What a lane knows of its target, and the only hand by which it changes it: one settlement at a time. */
export class LaneTarget {
  releases: LaneReleases;
  /** Why the target could not be put in order, when it could not. */
  problem: string | null = null;
  /** Pool whose workers reach the target; undefined until a run has told it. */
  pool: string | null | undefined;
  private settling: Promise<unknown> = Promise.resolve();
  /** How often this execution found that its target knows more than itself. */
  private setBack = 0;

  constructor(
    private readonly lane: LaneRef,
    private readonly generations: Generations,
    carried?: CarriedTarget,
  ) {
    this.releases = carried?.releases ?? { live: null, earlier: [] };
    this.pool = carried?.pool;
  }

  earlier(id: string): Release | undefined {
    return this.releases.earlier.find((release) => release.id === id);
  }

  /** Reads what the target remembers; asks for as long as it takes. */
  async inspect(): Promise<void> {
    this.adopt(await (await this.activities()).inspectLane(this.lane));
  }

  /**
   * Reads the target again when it has seen a generation that this execution does not know: after a reset of the lane,
   * what was granted and settled since is nowhere else, and signals that are over come a second time. True when so.
   */
  async look(): Promise<boolean> {
    // The histories of 0.1.0 hold no such look.
    if (!patched('look-before-acting')) return false;
    const found = await this.glance();
    if (!found || found.generation <= this.generations.newest()) return false;
    this.adopt(found);
    this.setBack += 1;
    return true;
  }

  /**
   * Makes the target show exactly what `live` says then, at a generation of its own. False, and nothing is changed, when
   * this was asked of an execution that did not know what its target does.
   */
  settle(live: () => Release | null): Promise<boolean> {
    const { setBack } = this;
    const settling = this.settling.then(async () => {
      if (setBack !== this.setBack) return false;
      // Shown at once: who has been told of the end of a run finds its release live.
      const next = live();
      if (next) this.releases = settled(this.releases, next, keptReleases);
      if (await this.look()) return false;
      this.problem = await this.putInOrder(this.generations.take());
      return true;
    });
    this.settling = settling;
    return settling;
  }

  private adopt({ generation, live, earlier }: Inspection): void {
    this.releases = { live, earlier };
    this.generations.raise(generation);
  }

  /** Undefined when the target does not answer: that must not keep the next deploy, which may mend it, from its turn. */
  private async glance(): Promise<Inspection | undefined> {
    try {
      return await (await this.activities()).glanceAtLane(this.lane);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return undefined;
    }
  }

  /** What is wrong, or null. */
  private async putInOrder(generation: number): Promise<string | null> {
    const fence = { generation, sequence: 0 };
    try {
      await (await this.activities()).settleLane({ lane: this.lane, fence, ...this.releases });
      return null;
    } catch (error) {
      return hasType(error, 'StaleGeneration') ? null : failureOf(error).message;
    }
  }

  /** A lane that no run has asked, such as one started by hand, looks its pool up. */
  private async activities() {
    const { environment } = this.lane;
    if (this.pool === undefined && patched('look-up-pool')) {
      this.pool = (await quick.poolsOf([environment]))[environment] ?? null;
    }
    return laneActivities(this.pool);
  }
}
