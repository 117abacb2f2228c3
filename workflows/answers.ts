import { setHandler } from '@temporalio/workflow';
import type { Grant, Refusal } from '../src/domain/lane';
import { grantedSignal, refusedSignal } from './messages';

/** What lanes and groups have answered, by their workflow ids. */
export interface Answers {
  grants: Map<string, Grant>;
  refusals: Map<string, Refusal>;
  /** Generation of the last turn that was given back: a grant of it that arrives late is no new turn. */
  over: Map<string, number>;
}

/** Takes answers of entities that were asked: a reset delivers old ones once more, before anything was. */
export function createAnswers(isAsked: (entity: string) => boolean): Answers {
  const grants = new Map<string, Grant>();
  const refusals = new Map<string, Refusal>();
  const over = new Map<string, number>();
  setHandler(grantedSignal, (grant) => {
    const isOld = grant.generation <= (over.get(grant.entity) ?? -1);
    // The first grant counts: a later one would lift this run's writes over a rollback that came between.
    if (isAsked(grant.entity) && !isOld && !grants.has(grant.entity)) grants.set(grant.entity, grant);
  });
  setHandler(refusedSignal, (refusal) => {
    if (isAsked(refusal.entity)) refusals.set(refusal.entity, refusal);
  });
  return { grants, refusals, over };
}
