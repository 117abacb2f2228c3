import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Finish, Grant, Holder, Refusal } from '../src/domain/lane';
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

const overtaken = 'a later change of the same ref was granted';

/** The queue of turns that lane and group share: one holder at a time, watched until it ends. */
export class Turns {
  private ending: Ending | undefined;
  private readonly untold: Holder[] = [];
  private readonly refused: Holder[] = [];
  private watch: CancellationScope | undefined;

  constructor(
    private state: Queue,
    private readonly hooks: TurnHooks,
  ) {
    setHandler(requestSignal, (holder) => {
      this.ask(holder);
    });
    setHandler(finishSignal, (said) => {
      this.free(said, said.deployed);
    });
  }

  get queue(): Queue {
    return this.state;
  }

  /** Takes a generation of its own, so that everything the present holder still sends is refused. */
  takeGeneration(): number {
    const generation = nextGeneration(this.state.generation, Date.now());
    this.state = { ...this.state, generation };
    return generation;
  }

  /** Never below what the target has seen. */
  raiseGeneration(seen: number): void {
    this.state = { ...this.state, generation: Math.max(this.state.generation, seen) };
  }

  /** Serves until `pause` says that nothing may be begun any more, and nothing is half done. */
  async serve(pause: () => boolean): Promise<void> {
    if (this.state.holder) this.watchOver(this.state.holder);
    for (;;) {
      await condition(() => this.hasWork() || pause());
      if (!this.hasWork()) break;
      await this.work();
    }
    this.watch?.cancel();
  }

  private ask(holder: Holder): void {
    const before = this.state.holder;
    const { queue, outcome } = request(this.state, holder);
    this.state = queue;
    if (outcome === 'holding') this.untold.push(holder);
    if (outcome === 'superseded') this.refused.push(holder);
    if (outcome === 'replaced' && before) this.ending = { holder: before, deployed: null };
  }

  private free(gone: Pick<Finish, 'workflowId' | 'runId'>, deployed: Release | null): void {
    const { holder } = this.state;
    const { queue, outcome } = finish(this.state, gone.workflowId, gone.runId);
    this.state = queue;
    if (outcome === 'freed' && holder) this.ending = { holder, deployed };
  }

  private hasWork(): boolean {
    const canGrant = this.state.holder === null && this.state.waiting.length > 0;
    return this.ending !== undefined || this.refused.length > 0 || this.untold.length > 0 || canGrant;
  }

  private async work(): Promise<void> {
    if (this.ending) {
      this.watch?.cancel();
      await this.hooks.settle(this.ending);
      this.ending = undefined;
    }
    for (const holder of this.refused.splice(0)) await this.refuse(holder);
    for (const holder of this.untold.splice(0)) await this.tell(holder);
    const { queue, granted, superseded } = grantNext(this.state, Date.now());
    this.state = queue;
    for (const holder of superseded) await this.refuse(holder);
    if (!granted) return;
    this.watchOver(granted);
    await this.tell(granted);
  }

  private watchOver(holder: Holder): void {
    this.watch = new CancellationScope();
    this.watch
      .run(() => watchHolder({ workflowId: holder.workflowId, runId: holder.runId }))
      .then(() => {
        this.free(holder, null);
      })
      // Cancelled because the holder has ended or this execution continues as new: both are handled elsewhere.
      .catch(() => undefined);
  }

  private tell(holder: Holder): Promise<void> {
    const entity = workflowInfo().workflowId;
    const { generation } = this.state;
    const grant: Grant = { entity, holderRunId: holder.runId, generation, ...this.hooks.grant() };
    // A holder that cannot be told has closed; the watch frees it.
    return handleOf(holder)
      .signal(grantedSignal, grant)
      .catch(() => undefined);
  }

  private refuse(holder: Holder): Promise<void> {
    const refusal: Refusal = { entity: workflowInfo().workflowId, reason: overtaken };
    return handleOf(holder)
      .signal(refusedSignal, refusal)
      .catch(() => undefined);
  }
}

const handleOf = ({ workflowId, runId }: Holder) => getExternalWorkflowHandle(workflowId, runId);
