import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { groupId, laneId } from '../src/domain/identity';
import type { EntityRef, Grant, Refusal } from '../src/domain/lane';
import type { LaneRef, Release } from '../src/domain/release';
import type { RunInput } from '../src/domain/run';
import { finishTurn, requestTurn } from './activities';
import type { Board } from './board';
import { hasType } from './failures';
import { grantedSignal, refusedSignal } from './messages';

/** The turns that a run holds, from the first that it takes to its end. */
export interface Claims {
  group: (name: string) => Promise<void>;
  /** Takes all lanes in the order given, once; later calls wait for the same turns. */
  lanes: (lanes: LaneRef[]) => Promise<void>;
  grant: (lane: LaneRef) => Grant;
  /** What this lane shall be left on when the run succeeds. */
  deployed: (lane: LaneRef, release: Release) => void;
  /** Gives all turns back, the last first; `keep` says whether what was deployed stays live. */
  giveBack: (keep: boolean) => Promise<void>;
}

const idOf = (entity: EntityRef) =>
  entity.kind === 'lane' ? laneId(entity.lane) : groupId(entity.project, entity.group);

const text = (value: unknown) => (typeof value === 'string' ? value : null);

/** An entity that was terminated forgets who waits: asking again is harmless and heals it. */
const askAgainAfter = '1 minute';

export function createClaims(input: RunInput, board: Board): Claims {
  const grants = new Map<string, Grant>();
  const refusals = new Map<string, Refusal>();
  const asked: EntityRef[] = [];
  const releases = new Map<string, Release>();
  let lanesTaken: Promise<void> | undefined;

  setHandler(grantedSignal, (grant) => {
    // The first grant counts: a later one would lift this run's writes over a rollback that came between.
    if (!grants.has(grant.entity)) grants.set(grant.entity, grant);
  });
  setHandler(refusedSignal, (refusal) => {
    refusals.set(refusal.entity, refusal);
  });

  const { workflowId, runId } = workflowInfo();
  const { event, order, commit, repository, pipeline } = input;
  const holder = { workflowId, runId, subject: `${repository}:${event.subject}`, order, commit };
  const change = {
    repository,
    ref: event.kind === 'pull_request' ? null : text(event.data['ref']),
    pipeline: pipeline.name,
    kind: event.kind,
  };

  const take = async (entity: EntityRef): Promise<void> => {
    const id = idOf(entity);
    asked.push(entity);
    const answered = () => grants.has(id) || refusals.has(id);
    for (;;) {
      await requestTurn({ entity, holder, change }).catch((error: unknown) => {
        // The entity has not heard of this run: telling it of an end would start one for any name in a pipeline.
        if (hasType(error, 'NotAllowed')) asked.splice(asked.indexOf(entity), 1);
        throw error;
      });
      if (!answered())
        board.status(entity.kind === 'group' ? 'queued' : 'waiting', `waits for its turn in ${id}`);
      if (await condition(answered, askAgainAfter)) break;
    }
    const refusal = refusals.get(id);
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.reason, 'Superseded');
    board.status('running');
  };

  return {
    group: (name) => take({ kind: 'group', project: input.project, group: name }),
    lanes(lanes) {
      lanesTaken ??= (async () => {
        for (const lane of lanes) await take({ kind: 'lane', lane });
      })();
      return lanesTaken;
    },
    grant(lane) {
      const grant = grants.get(laneId(lane));
      if (!grant) throw ApplicationFailure.nonRetryable(`no turn was taken in ${laneId(lane)}`, 'WrongState');
      return grant;
    },
    deployed(lane, release) {
      releases.set(laneId(lane), release);
    },
    giveBack: (keep) =>
      CancellationScope.nonCancellable(async () => {
        for (const entity of asked.splice(0).reverse()) {
          const deployed = keep ? (releases.get(idOf(entity)) ?? null) : null;
          await finishTurn({ entity, finish: { workflowId, runId, deployed } });
        }
      }),
  };
}
