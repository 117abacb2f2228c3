import { condition, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import type { Finish, Grant, Holder } from '../src/domain/lane';
import {
  askToYield,
  canGrant,
  finish,
  grantNext,
  nextGeneration,
  type Queue,
  request,
} from '../src/domain/lane-queue';
import { signals } from '../src/domain/messages';
import type { Release } from '../src/domain/release';
import { finishSignal, requestSignal } from './messages';
import { tellGranted, tellRefused, tellToYield } from './tell';
import { Watches } from './watches';

/** How a holder ended: with a release it leaves live, or with nothing to keep. */
export interface Ending {
  holder: Holder;
  deployed: Release | null;
}

/** What a lane does around its turns. A group does nothing, and grants as soon as there is a place. */
export interface TurnHooks {
  /** Hears every request, also one that is repeated or refused. */
  asked: (holder: Holder) => void;
  /** What the granted run is told beside its generation. */
  grant: () => Pick<Grant, 'live' | 'earlier'>;
  /** Runs after each holder and before the next grant. */
  settle: (ending: Ending) => Promise<void>;
  /** Runs before a grant that no settling has preceded. */
  look: () => Promise<void>;
}

const overtaken = 'a later change of the same ref was granted';
const outdated = 'a newer run of the same group has asked for its turn';

/** The queue of turns that lane and group share: holders are told, watched until they end, and asked to make room. */
export class Turns {
  private readonly ended: Ending[] = [];
  private readonly untold: Holder[] = [];
  private readonly refused: Holder[] = [];
  /** Granted and told by the execution before this one. */
  private readonly carried: Holder[];
  private readonly watches = new Watches((holder) => {
    this.free(holder, null);
  });

  constructor(
    private state: Queue,
    private readonly lane?: TurnHooks,
  ) {
    this.carried = state.holders;
    const ask = (holder: Holder): void => {
      this.ask(holder);
    };
    const free = (said: Finish): void => {
      this.free(said, said.deployed);
    };
    // What came before this execution began is heard in its order: handlers of one signal each would mix it up.
    setDefaultSignalHandler((name, said) => {
      if (name === signals.request) ask(said as Holder);
      if (name === signals.finish) free(said as Finish);
    });
    setHandler(requestSignal, ask);
    setHandler(finishSignal, free);
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
    for (const holder of this.carried) if (this.state.holders.includes(holder)) this.watches.over(holder);
    for (;;) {
      await condition(() => this.hasWork() || pause());
      if (!this.hasWork()) break;
      await this.work();
    }
    this.watches.keepOnly([]);
  }

  private ask(holder: Holder): void {
    this.lane?.asked(holder);
    const before = this.state.holders;
    const { queue, outcome, refused } = request(this.state, holder);
    this.state = queue;
    if (outcome === 'holding') this.untold.push(holder);
    this.refused.push(...refused);
    const reset = before.find(({ workflowId }) => workflowId === holder.workflowId);
    if (outcome === 'replaced' && reset) this.end({ holder: reset, deployed: null });
    else this.grantInGroup();
  }

  private free(gone: Pick<Finish, 'workflowId' | 'runId'>, deployed: Release | null): void {
    const holder = this.state.holders.find(({ runId }) => runId === gone.runId);
    const { queue, outcome } = finish(this.state, gone.workflowId, gone.runId);
    this.state = queue;
    if (outcome === 'freed' && holder) this.end({ holder, deployed });
  }

  private end(ending: Ending): void {
    if (this.lane) this.ended.push(ending);
    this.grantInGroup();
  }

  /** At once, so that what a newcomer meets does not depend on how long telling the others takes. */
  private grantInGroup(): void {
    if (!this.lane) this.grant();
  }

  private grant(): void {
    while (canGrant(this.state)) {
      const { queue, refused } = grantNext(this.state, Date.now());
      this.state = queue;
      this.refused.push(...refused);
    }
  }

  private hasWork(): boolean {
    const { holders } = this.state;
    return (
      [this.ended, this.refused, this.untold].some(({ length }) => length > 0) ||
      this.watches.hasOther(holders) ||
      this.watches.unwatched(holders) !== undefined ||
      canGrant(this.state) ||
      askToYield(this.state).asked.length > 0
    );
  }

  private async work(): Promise<void> {
    this.watches.keepOnly(this.state.holders);
    const endings = this.ended.splice(0);
    for (const ending of endings) await this.lane?.settle(ending);
    await this.tellRefused();
    for (const holder of this.untold.splice(0)) await this.tell(holder);
    // A holder that has ended meanwhile is settled before the next one gets its turn.
    if (this.ended.length > 0) return;
    if (endings.length === 0 && canGrant(this.state)) await this.lane?.look();
    this.grant();
    await this.tellRefused();
    await this.tellGranted();
    await this.tellYielding();
  }

  private async tellGranted(): Promise<void> {
    // Who is not watched yet was granted and not told.
    for (;;) {
      const holder = this.watches.unwatched(this.state.holders);
      if (!holder) return;
      this.watches.over(holder);
      await this.tell(holder);
    }
  }

  private tell(holder: Holder): Promise<void> {
    const { live, earlier } = this.lane?.grant() ?? { live: null, earlier: [] };
    return tellGranted(holder, { generation: this.state.generation, live, earlier });
  }

  private async tellRefused(): Promise<void> {
    const reason = this.state.supersede ? overtaken : outdated;
    for (const holder of this.refused.splice(0)) await tellRefused(holder, reason);
  }

  private async tellYielding(): Promise<void> {
    const { queue, asked } = askToYield(this.state);
    this.state = queue;
    for (const holder of asked) await tellToYield(holder, outdated);
  }
}
