import fc from 'fast-check';
import type { GroupRule, Holder } from '../../src/domain/lane';
import {
  askToYield,
  compareOrders,
  emptyQueue,
  finish,
  grantNext,
  type Queue,
  request,
  ruleOf,
} from '../../src/domain/lane-queue';

const turns: GroupRule = { onNewer: 'queue', limit: 1 };

describe('group queue against a model', () => {
  const onNewer = fc.constantFrom('queue' as const, 'cancel' as const, 'coalesce' as const);
  const asking = fc.record({
    do: fc.constant('ask' as const),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    reset: fc.nat(3).map((one) => one === 0),
    rule: fc.option(fc.record({ onNewer, limit: fc.integer({ min: 1, max: 3 }) }), { nil: undefined }),
  });
  const ending = fc.record({ do: fc.constant('finish' as const), which: fc.nat(9) });
  const commands = fc.array(fc.oneof({ weight: 3, arbitrary: asking }, ending), { maxLength: 50 });

  /** The same run always asks with the same subject and order; three of them share a subject. */
  const run = (id: string, execution: number, rule: GroupRule | undefined): Holder => {
    const at = id.charCodeAt(0) - 97;
    const subject = at < 3 ? 'main' : `branch-${id}`;
    return {
      workflowId: id,
      runId: `${id}-${String(execution)}`,
      subject,
      order: { time: at, counter: 0 },
      commit: 'c',
      ...(rule && { rule }),
    };
  };

  /** Where each execution is that has ever asked. */
  type Places = Map<string, 'active' | 'waiting' | 'refused' | 'ended'>;

  /** Asks and checks what a person would expect of it. */
  function askAndCheck(before: Queue, one: Holder, places: Places): Queue {
    const same = [...before.holders, ...before.waiting].find(
      ({ workflowId }) => workflowId === one.workflowId,
    );
    const { queue: after, outcome, refused } = request(before, one);
    expect(request(after, one).queue).toEqual(after);
    if (same) {
      expect(refused).toEqual([]);
      expect(ruleOf(after)).toEqual(ruleOf(before));
      if (same.runId === one.runId) return after;
      places.set(same.runId, 'ended').set(one.runId, 'waiting');
      return after;
    }
    if (outcome === 'refused') expect(refused).toEqual([one]);
    else expectJoined(before, after, one, refused);
    places.set(one.runId, 'waiting');
    for (const { runId } of refused) places.set(runId, 'refused');
    return after;
  }

  /** A newcomer was let in: behind the others, or in their place; a late one only where all take turns. */
  function expectJoined(before: Queue, after: Queue, one: Holder, refused: Holder[]): void {
    const isLate = [...before.holders, ...before.waiting].some(
      ({ subject, order }) => subject === one.subject && compareOrders(one.order, order) < 0,
    );
    expect(ruleOf(after)).toEqual(isLate ? ruleOf(before) : (one.rule ?? turns));
    const alone = ruleOf(after).onNewer !== 'queue';
    expect(isLate && alone).toBe(false);
    expect(after.waiting).toEqual(alone ? [one] : [...before.waiting, one]);
    expect(refused).toEqual(alone ? before.waiting : []);
  }

  /** Grants while there is a place, the first in line first, and never beyond the limit. */
  function grantAndCheck(before: Queue, places: Places): Queue {
    const answer = grantNext(before, 1);
    if (!answer.granted) {
      expect(before.waiting.length === 0 || before.holders.length >= ruleOf(before).limit).toBe(true);
      return before;
    }
    expect(answer.granted).toBe(before.waiting[0]);
    expect(answer.refused).toEqual([]);
    expect(answer.queue.holders.length).toBeLessThanOrEqual(ruleOf(before).limit);
    places.set(answer.granted.runId, 'active');
    return grantAndCheck(answer.queue, places);
  }

  function yieldAndCheck(before: Queue, told: Set<string>): Queue {
    const { queue: after, asked: toYield } = askToYield(before);
    if (toYield.length > 0) expect(ruleOf(before).onNewer).toBe('cancel');
    for (const { workflowId, runId } of toYield) {
      expect(workflowId).not.toBe(before.asker?.workflowId);
      expect(told.has(runId)).toBe(false);
      told.add(runId);
    }
    expect(askToYield(after).asked).toEqual([]);
    return after;
  }

  function finishAndCheck(before: Queue, which: number, places: Places): Queue {
    const present = [...before.holders, ...before.waiting];
    const one = present[which % Math.max(present.length, 1)];
    if (!one) return before;
    const held = before.holders.includes(one);
    const { queue: after, outcome } = finish(before, one.workflowId, one.runId);
    expect(outcome).toBe(held ? 'freed' : 'left');
    expect(finish(after, one.workflowId, one.runId)).toEqual({ queue: after, outcome: 'unknown' });
    places.set(one.runId, 'ended');
    return after;
  }

  function expectPlaces(at: Queue, places: Places): void {
    const of = (place: string) => [...places].filter(([, is]) => is === place).map(([runId]) => runId);
    const runIds = (holders: Holder[]) => holders.map(({ runId }) => runId);
    expect(runIds(at.holders).sort()).toEqual(of('active').sort());
    expect(runIds(at.waiting).sort()).toEqual(of('waiting').sort());
  }

  it('loses nobody, keeps limits and order, and tells each once', () => {
    fc.assert(
      fc.property(commands, (given) => {
        let at = emptyQueue(false);
        const places: Places = new Map();
        const told = new Set<string>();
        const executions = new Map<string, number>();
        for (const one of given) {
          if (one.do === 'finish') at = finishAndCheck(at, one.which, places);
          else {
            const last = executions.get(one.id) ?? 1;
            // An execution that has ended does not ask; one that was refused may, when both cross on their way.
            const isNext = one.reset || places.get(`${one.id}-${String(last)}`) === 'ended';
            executions.set(one.id, isNext ? last + 1 : last);
            at = askAndCheck(at, run(one.id, isNext ? last + 1 : last, one.rule), places);
          }
          at = yieldAndCheck(grantAndCheck(at, places), told);
          expectPlaces(at, places);
          expect(JSON.parse(JSON.stringify(at))).toEqual(at);
        }
        // Whoever waits gets its turn when those before it end.
        for (let left = at.waiting.length; left > 0; left -= 1) {
          at = finishAndCheck(at, 0, places);
          at = grantAndCheck(at, places);
        }
        while (at.holders.length > 0) at = grantAndCheck(finishAndCheck(at, 0, places), places);
        expectPlaces(at, places);
        expect([...places.values()].filter((place) => place === 'waiting')).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
