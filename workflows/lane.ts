import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LaneView } from '../src/domain/lane';
import { emptyQueue, type LaneReleases, type Queue, settled } from '../src/domain/lane-queue';
import type { RollbackRequest } from '../src/domain/operator';
import type { LaneRef, Release } from '../src/domain/release';
import { inspectLane, settleLane } from './activities';
import { failureOf, hasType } from './failures';
import { laneQuery, rollbackUpdate } from './messages';
import { Turns } from './turns';

export interface LaneInput {
  lane: LaneRef;
  carried?: { queue: Queue; releases: LaneReleases };
}

/** Earlier releases that a lane can go back to. */
const keepReleases = 10;

/** One deploy at a time of one service in one environment; knows what is live and puts it back when a holder dies. */
export async function lane({ lane: ref, carried }: LaneInput): Promise<void> {
  let releases: LaneReleases = carried?.releases ?? { live: null, earlier: [] };
  let problem: string | null = null;
  let settling = Promise.resolve();
  let ready = carried !== undefined;

  /** Makes the target show exactly what is live, at a generation of its own; one at a time. */
  const settle = (next: () => LaneReleases): Promise<void> => {
    settling = settling.then(async () => {
      releases = next();
      problem = await putInOrder(ref, turns.takeGeneration(), releases);
      show();
    });
    return settling;
  };
  const turns = new Turns(carried?.queue ?? emptyQueue(true), {
    grant: () => releases,
    settle: ({ deployed }) => settle(() => (deployed ? settled(releases, deployed, keepReleases) : releases)),
  });
  const view = (): LaneView => ({
    service: ref.service,
    environment: ref.environment,
    generation: turns.queue.generation,
    ...releases,
    holder: turns.queue.holder,
    waiting: turns.queue.waiting,
    problem,
  });
  const show = () => {
    setCurrentDetails(`live: ${releases.live?.id ?? 'nothing'}${problem ? `\n\nproblem: ${problem}` : ''}`);
  };
  const earlier = (id: string): Release | undefined => releases.earlier.find((release) => release.id === id);

  setHandler(laneQuery, view);
  setHandler(
    rollbackUpdate,
    async ({ release }: RollbackRequest) => {
      await condition(() => ready);
      const target = earlier(release);
      if (!target) throw notAvailable(release);
      await settle(() => settled(releases, target, keepReleases));
      return view();
    },
    {
      validator: ({ release }: RollbackRequest) => {
        if (ready && !earlier(release)) throw notAvailable(release);
      },
    },
  );

  if (!carried) {
    const { generation, ...found } = await inspectLane(ref);
    releases = found;
    turns.raiseGeneration(generation);
    ready = true;
  }
  show();
  await turns.serve(() => workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  await settling;
  await continueAsNew<typeof lane>({ lane: ref, carried: { queue: turns.queue, releases } });
}

function notAvailable(release: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `release ${release} is not one of the lane's earlier releases`,
    'WrongState',
  );
}

/** What is wrong, or null: a target that cannot be put in order must not keep the next deploy, which may mend it, from its turn. */
async function putInOrder(
  lane: LaneRef,
  generation: number,
  { live, earlier }: LaneReleases,
): Promise<string | null> {
  try {
    await settleLane({ lane, fence: { generation, sequence: 0 }, live, earlier });
    return null;
  } catch (error) {
    return hasType(error, 'StaleGeneration') ? null : failureOf(error).message;
  }
}
