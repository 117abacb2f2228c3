import { ApplicationFailure, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../src/domain/expand';
import { groupId, laneId } from '../src/domain/identity';
import type { EntityRef, Grant, GroupRule } from '../src/domain/lane';
import type { LaneRef, Release } from '../src/domain/release';
import { refOf, type RunInput } from '../src/domain/run';
import { quick } from './activities';
import { createAnswers } from './answers';
import type { Board } from './board';
import { hasType } from './failures';

type Concurrency = NonNullable<Plan['concurrency']>;

/** The turns that a run holds, from the first that it takes to its end. */
export interface Claims {
  group: (name: string, rule: Concurrency) => Promise<void>;
  /** Takes all lanes in the order given. */
  lanes: (lanes: LaneRef[]) => Promise<void>;
  grant: (lane: LaneRef) => Grant;
  /** What the lane serves now: what this run has released, or what was live when it got its turn. */
  live: (lane: LaneRef) => Release | null;
  /** What this lane shall be left on when the run succeeds. */
  deployed: (lane: LaneRef, release: Release) => void;
  /** Gives turns back, the last first, all or those of lanes alone; `keep` says whether what was deployed stays live. */
  giveBack: (keep: boolean, only?: EntityRef['kind']) => Promise<void>;
}

const idOf = (entity: EntityRef) =>
  entity.kind === 'lane' ? laneId(entity.lane) : groupId(entity.project, entity.group);

/**
 * Time in ms until a turn is asked for again: an entity that was terminated forgets who waits. It grows, so that a run
 * that waits behind another one for weeks stays under the limit of its history.
 */
const askAgainAfterMs = (times: number): number => Math.min(60_000 * 2 ** times, 15 * 60_000);

export function createClaims(input: RunInput, board: Board): Claims {
  const asked: EntityRef[] = [];
  const { grants, refusals, over } = createAnswers((entity) => asked.some((other) => idOf(other) === entity));
  const releases = new Map<string, Release>();

  const { workflowId, runId } = workflowInfo();
  const { requestTurn, finishTurn } = quick;
  const { holder, change } = asking(input, { workflowId, runId });

  const take = async (entity: EntityRef, rule?: GroupRule): Promise<void> => {
    const id = idOf(entity);
    asked.push(entity);
    const answered = () => grants.has(id) || refusals.has(id);
    for (let times = 0; ; times += 1) {
      await requestTurn({ entity, holder: rule ? { ...holder, rule } : holder, change }).catch(
        (error: unknown) => {
          // The entity has not heard of this run: telling it of an end would start one for any name in a pipeline.
          if (hasType(error, 'NotAllowed')) asked.splice(asked.indexOf(entity), 1);
          throw error;
        },
      );
      if (!answered())
        board.status(entity.kind === 'group' ? 'queued' : 'waiting', `waits for its turn in ${id}`);
      if (await condition(answered, askAgainAfterMs(times))) break;
    }
    const refusal = refusals.get(id);
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.reason, 'Superseded');
    board.status('running');
  };

  return {
    group: (name, { onNewer, limit = 1 }) =>
      take(
        { kind: 'group', project: input.project, group: name },
        input.version === undefined ? undefined : { onNewer, limit },
      ),
    async lanes(lanes) {
      for (const lane of lanes) await take({ kind: 'lane', lane });
    },
    grant(lane) {
      const grant = grants.get(laneId(lane));
      if (!grant) throw ApplicationFailure.nonRetryable(`no turn was taken in ${laneId(lane)}`, 'WrongState');
      return grant;
    },
    live: (lane) => releases.get(laneId(lane)) ?? grants.get(laneId(lane))?.live ?? null,
    deployed(lane, release) {
      releases.set(laneId(lane), release);
    },
    giveBack: (keep, only) =>
      CancellationScope.nonCancellable(async () => {
        const given = asked.filter(({ kind }) => only === undefined || kind === only).reverse();
        for (const entity of given) {
          asked.splice(asked.indexOf(entity), 1);
          over.set(idOf(entity), grants.get(idOf(entity))?.generation ?? -1);
          grants.delete(idOf(entity));
          const deployed = keep ? (releases.get(idOf(entity)) ?? null) : null;
          await finishTurn({ entity, finish: { workflowId, runId, deployed } });
        }
      }),
  };
}

/** Who asks, and for what. */
function asking(input: RunInput, execution: { workflowId: string; runId: string }) {
  const { event, order, commit, repository, pipeline } = input;
  return {
    holder: { ...execution, subject: `${repository}:${event.subject}`, order, commit },
    change: {
      repository,
      ref: event.kind === 'pull_request' ? null : refOf(input),
      pipeline: pipeline.name,
      kind: event.kind,
    },
  };
}
