import type { RunStatus } from '../../../src/domain/run';
import { isClosed, type RunSeen } from '../../support/api';
import { violationsOf } from './invariants';
import { hold, type Moment, untilMoment } from './moment';
import { type OtherRun, startOther } from './other';
import type { Delivered, Stage, Wanted } from './stage';

/** What ends a fault; the run is not waited for before it is done. */
export type Mend = (other: OtherRun) => Promise<void>;

/** What a fault sees of the run that it disturbs. */
export interface Disturbed extends Delivered {
  stage: Stage;
  moment: Moment;
}

/** One thing that goes wrong. */
export interface Fault {
  name: string;
  /** The version that is delivered meanwhile; a healthy one when absent. */
  version?: Wanted;
  /** How it is delivered; by one push that is heard at once when absent. */
  deliver?: (stage: Stage) => Promise<Delivered>;
  /** Makes it happen; what it returns ends it once the script goes on. Absent where the version itself is what goes wrong. */
  inject?: (run: Disturbed) => Promise<Mend | undefined>;
  /** How the run may end. */
  ends: (moment: Moment) => RunStatus[];
  /** Time in ms from the fault on within which users may get bad answers; none when absent. */
  badMs?: (moment: Moment) => number;
  /** Whether the candidate itself answers badly, which users meet until it is taken back. */
  badCandidate?: boolean;
  /** Whether the fault itself says which release is good afterwards, whatever becomes of the run. */
  decides?: boolean;
  /** Whether instances are started again, so that a start of the one that stays is no second deploy. */
  restarts?: boolean;
  /** The workflows on which its histories replay, where they are not those of this build. */
  bundle?: (run: Delivered & { stage: Stage }) => string;
  /** Whether the script that the moment holds is held until the run is over. */
  keepsHold?: boolean;
}

/** One fault at one moment. */
export interface Cell {
  fault: Fault;
  moment: Moment;
  seed: string;
}

/** What is known of a cell when its run is over. */
export interface Played extends Delivered {
  stage: Stage;
  cell: Cell;
  run: RunSeen;
  /** When the cell began. */
  since: Date;
  /** When the fault had come, in ms since the epoch. */
  at: number;
  /** Position of the first answer that users got since the push. */
  from: number;
  other: OtherRun;
}

/** How a cell went. */
export interface Outcome {
  /** When it began. */
  at: Date;
  ended: RunStatus | 'unknown';
  /** One line each; that it never came to an end is one, too. */
  violations: string[];
  ms: number;
}

/** Plays a cell and says what it violates. */
export async function play(stage: Stage, cell: Cell): Promise<Outcome> {
  const [at, began] = [new Date(), performance.now()];
  const release = await hold(stage, cell.moment);
  const result: Pick<Outcome, 'ended' | 'violations'> = { ended: 'unknown', violations: [] };
  try {
    const played = await disturb(stage, cell, at, release);
    result.ended = played.run.status;
    result.violations = await violationsOf(played);
  } catch (error) {
    result.violations.push(`stuck: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await release();
  }
  return { ...result, at, ms: performance.now() - began };
}

/** Delivers a version, lets the fault come, and waits for the end of the run. */
async function disturb(stage: Stage, cell: Cell, since: Date, release: () => Promise<void>): Promise<Played> {
  const { fault, moment } = cell;
  const from = stage.load.answers.length;
  const delivered = await (fault.deliver?.(stage) ?? stage.push(fault.version));
  await untilMoment(stage, moment, delivered.commit, delivered.version);
  const mend = await fault.inject?.({ stage, moment, ...delivered });
  // Only now: to find the process that is killed can take a second on a busy machine.
  const at = Date.now();
  const other = await startOther(stage.world);
  if (fault.keepsHold !== true) await release();
  await mend?.(other);
  const run = await stage.world.untilRun(delivered.commit, isClosed);
  return { stage, cell, run, since, at, from, other, ...delivered };
}
