import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Finish, Grant, Holder } from '../src/domain/lane';
import { finish, grantNext, nextGeneration, type Queue, request } from '../src/domain/lane-queue';
import type { Release } from '../src/domain/release';
import { watchHolder } from './activities';
import { finishSignal, grantedSignal, refusedSignal, requestSignal } from './messages';

/** How a holder ended: with a release it leaves live, or with nothing to keep. */
export interface Ending {
  holder: Holder;
  deployed: Release | null;
}

export interface TurnHooks {
  /** What the granted run is told beside its generation. */
  grant: () => Pick<Grant, 'live' | 'earlier'>;
  /** Runs after each holder and before the next grant. */
  settle: (ending: Ending) => Promise<void>;
}

/** The queue of turns that lane and group share: one holder at a time, watched until it ends. */
export interface Turns {
  queue: () => Queue;
  /** Takes a generation of its own, so that everything the present holder still sends is refused. */
  takeGeneration: () => number;
  /** Never below what the target has seen. */
  raiseGeneration: (seen: number) => void;
  /** Serves until `pause` says that nothing may be begun any more, and nothing is half done. */
  serve: (pause: () => boolean) => Promise<void>;
}

export function createTurns(initial: Queue, hooks: TurnHooks): Turns {
  let queue = initial;
  let ending: Ending | undefined;
  const untold: Holder[] = [];
  const refused: Holder[] = [];
  let watch: CancellationScope | undefined;

  const free = (gone: Pick<Finish, 'workflowId' | 'runId'>, deployed: Release | null) => {
    const holder = queue.holder;
    const left = finish(queue, gone.workflowId, gone.runId);
    queue = left.queue;
    if (left.outcome === 'freed' && holder) ending = { holder, deployed };
  };
  setHandler(requestSignal, (holder) => {
    const before = queue.holder;
    const asked = request(queue, holder);
    queue = asked.queue;
    if (asked.outcome === 'holding') untold.push(holder);
    if (asked.outcome === 'superseded') refused.push(holder);
    if (asked.outcome === 'replaced' && before) ending = { holder: before, deployed: null };
  });
  setHandler(finishSignal, (said) => {
    free(said, said.deployed);
  });

  const watchOver = (holder: Holder) => {
    watch = new CancellationScope();
    watch
      .run(() => watchHolder({ workflowId: holder.workflowId, runId: holder.runId }))
      .then(() => {
        free(holder, null);
      })
      // Cancelled because the holder has ended or this execution continues as new: both are handled elsewhere.
      .catch(() => undefined);
  };
  const tell = async (holder: Holder) => {
    const grant: Grant = {
      entity: workflowInfo().workflowId,
      generation: queue.generation,
      ...hooks.grant(),
    };
    // A holder that cannot be told has closed; the watch frees it.
    await getExternalWorkflowHandle(holder.workflowId, holder.runId)
      .signal(grantedSignal, grant)
      .catch(() => undefined);
  };
  const refuse = (holder: Holder) =>
    getExternalWorkflowHandle(holder.workflowId, holder.runId)
      .signal(refusedSignal, {
        entity: workflowInfo().workflowId,
        reason: 'a later change of the same ref was granted',
      })
      .catch(() => undefined);

  const step = async () => {
    if (ending) {
      watch?.cancel();
      await hooks.settle(ending);
      ending = undefined;
    }
    for (const holder of refused.splice(0)) await refuse(holder);
    for (const holder of untold.splice(0)) await tell(holder);
    const next = grantNext(queue, Date.now());
    queue = next.queue;
    for (const holder of next.superseded) await refuse(holder);
    if (!next.granted) return;
    watchOver(next.granted);
    await tell(next.granted);
  };
  const work = () =>
    ending !== undefined ||
    refused.length > 0 ||
    untold.length > 0 ||
    (queue.holder === null && queue.waiting.length > 0);

  return {
    queue: () => queue,
    takeGeneration() {
      queue = { ...queue, generation: nextGeneration(queue.generation, Date.now()) };
      return queue.generation;
    },
    raiseGeneration(seen) {
      queue = { ...queue, generation: Math.max(queue.generation, seen) };
    },
    async serve(pause) {
      if (queue.holder) watchOver(queue.holder);
      for (;;) {
        await condition(() => work() || pause());
        if (!work()) break;
        await step();
      }
      watch?.cancel();
    },
  };
}
