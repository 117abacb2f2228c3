import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { LaneView } from '../src/domain/lane';
import { type CarriedQueue, carriedQueue, emptyQueue } from '../src/domain/lane-queue';
import type { RollbackRequest } from '../src/domain/operator';
import type { LaneRef } from '../src/domain/release';
import { type CarriedTarget, type Generations, LaneTarget } from './lane-target';
import { laneQuery, rollbackUpdate } from './messages';
import { Turns } from './turns';
import { versioned } from './versioning';

export interface LaneInput {
  lane: LaneRef;
  carried?: CarriedTarget & {
    queue: CarriedQueue;
    /** Run id of the holder whose turn a rollback has overruled: what it deploys does not count. */
    overruled?: string;
  };
}

/** One deploy at a time of one service in one environment; knows what is live and puts it back when a holder dies. */
export async function lane({ lane: ref, carried }: LaneInput): Promise<void> {
  let ready = carried !== undefined;
  let overruled = carried?.overruled;
  const generations: Generations = {
    newest: () => turns.queue.generation,
    take: () => turns.takeGeneration(),
    raise(seen) {
      turns.raiseGeneration(seen);
    },
  };
  const target = new LaneTarget(ref, generations, carried);
  const turns: Turns = new Turns(carried ? carriedQueue(carried.queue) : emptyQueue(true), {
    asked({ pool }) {
      target.pool = pool ?? null;
    },
    grant: () => target.releases,
    async settle({ holder, deployed }) {
      await target.settle(() => (holder.runId === overruled ? null : deployed));
      show(target);
    },
    async look() {
      await target.look();
    },
  });
  setHandler(laneQuery, () => viewOf(ref, turns, target));
  setHandler(
    rollbackUpdate,
    async ({ release }) => {
      await condition(() => ready);
      const wanted = target.earlier(release);
      if (!wanted) throw notAvailable(release);
      const done = await target.settle(() => {
        overruled = turns.queue.holders[0]?.runId;
        return wanted;
      });
      show(target);
      if (!done)
        throw wrongState('the lane was reset and had to ask its target what is live; look, and ask again');
      return viewOf(ref, turns, target);
    },
    {
      validator({ release }: RollbackRequest) {
        // After a reset to the lane's start, rollbacks of long ago come a second time; nobody else is as early.
        if (!ready) throw wrongState('the lane has just started and reads its target; ask again');
        if (!target.earlier(release)) throw notAvailable(release);
      },
    },
  );

  if (!carried) await target.inspect();
  ready = true;
  show(target);
  // A rollback under way would be lost, and so would a holder that ends before that rollback does.
  await turns.serve(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof lane>({
    lane: ref,
    carried: {
      queue: turns.queue,
      releases: target.releases,
      ...(target.pool !== undefined && { pool: target.pool }),
      ...(overruled !== undefined && { overruled }),
    },
  });
}
setWorkflowOptions(versioned('AUTO_UPGRADE'), lane);

function viewOf({ service, environment }: LaneRef, { queue }: Turns, target: LaneTarget): LaneView {
  const { generation, holders, waiting } = queue;
  const { releases, problem } = target;
  return { service, environment, generation, ...releases, holder: holders[0] ?? null, waiting, problem };
}

function show({ releases, problem }: LaneTarget): void {
  setCurrentDetails(`live: ${releases.live?.id ?? 'nothing'}${problem ? `\n\nproblem: ${problem}` : ''}`);
}

const wrongState = (detail: string) => ApplicationFailure.nonRetryable(detail, 'WrongState');

const notAvailable = (release: string) =>
  wrongState(`release ${release} is not one of the lane's earlier releases`);
